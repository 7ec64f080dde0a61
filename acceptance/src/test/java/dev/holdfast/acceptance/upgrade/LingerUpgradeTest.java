package dev.holdfast.acceptance.upgrade;

import static dev.holdfast.acceptance.upgrade.SharedInstallation.HOST;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.holdfast.acceptance.load.Load;
import dev.holdfast.acceptance.load.LoadReport;
import dev.holdfast.acceptance.load.Newcomers;
import dev.holdfast.acceptance.load.Peer;
import dev.holdfast.acceptance.process.Installation;
import dev.holdfast.acceptance.server.Listen;
import dev.holdfast.acceptance.server.NginxServer;
import dev.holdfast.acceptance.server.PythonFileServer;
import dev.holdfast.acceptance.server.RealServer;
import dev.holdfast.acceptance.server.RedisServer;
import dev.holdfast.acceptance.server.ServerImage;
import dev.holdfast.acceptance.server.ShopServer;
import dev.holdfast.acceptance.trial.Comparison;
import dev.holdfast.acceptance.trial.Trial;
import dev.holdfast.proto.admin.v1.ConnectionOutcome;
import dev.holdfast.proto.admin.v1.StepTime;
import dev.holdfast.proto.admin.v1.Upgrade;
import java.io.IOException;
import java.net.Socket;
import java.net.SocketException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The old server serves what was not quiet at the deadline to its end, while the new one has all others. */
@ExtendWith(SharedInstallation.class)
@Timeout(120)
final class LingerUpgradeTest {
    private static final String MORTAL = "mortal-lingerer";
    private static final int CONNECTIONS = 60;

    static List<RealServer> servers() {
        return List.of(new NginxServer(), new NginxServer(4), new ShopServer(), new PythonFileServer());
    }

    static List<RealServer> eventsAndThreads() {
        return List.of(new NginxServer(), new PythonFileServer());
    }

    private static UnaryOperator<ServerImage> lingering(String atMost) {
        return image -> LongAnswer.in(image.withTakeover("start", "warm")
                .withTakeover("onDeadline", "linger")
                .withTakeover("deadline", "400ms")
                .withTakeover("linger", atMost));
    }

    private static void assertServedByTheNew(Trial trial) throws Exception {
        try (Load fresh = trial.connect(10)) {
            LoadReport report = fresh.finish(Scenario.PATIENCE);
            assertThat(report.complaints()).isEmpty();
            assertThat(report.answeredBy(trial.to().version())).isEqualTo(10);
        }
    }

    private static Optional<ConnectionOutcome> outcome(Installation installation, Upgrade upgrade, Download download) {
        return installation.admin().outcomes(upgrade.getId()).stream()
                .filter(each -> Peer.parse(each.getPeer()).equals(download.local()))
                .collect(Collectors.reducing((_, second) -> {
                    throw new AssertionError("reported twice: " + second);
                }));
    }

    private static void assertAgreed(Installation installation, Upgrade upgrade, LoadReport report) {
        List<ConnectionOutcome> outcomes = installation.admin().outcomes(upgrade.getId());
        assertThat(report.complaints()).as(installation::logs).isEmpty();
        assertThat(report.wrong()).isZero();
        assertThat(Comparison.of(report, upgrade, outcomes).disagreements()).isEmpty();
    }

    @ParameterizedTest
    @MethodSource("eventsAndThreads")
    void aDownloadIsFinishedByTheOldServer(RealServer server, Installation installation) throws Exception {
        assumeTrue(server.missing().isEmpty(), () -> server.missing().orElse(""));
        try (Trial trial = Trial.start(installation, HOST, server, Listen.freeIpv4(), lingering("1m"));
                Load load = trial.connect(CONNECTIONS);
                Download download = LongAnswer.download(trial);
                Newcomers newcomers =
                        Newcomers.start(trial.listen().socketAddress(), server.protocol(), 3, Duration.ofMillis(20))) {
            load.start(client -> client % 2 == 0, server.requestsPerSecond() / 4);
            Course course = Course.of(installation, trial.begin().getId());
            course.await("lingering");
            assertServedByTheNew(trial);
            load.ask(client -> client % 2 == 1);
            LongAnswer.assertWhole(trial, download, download.rest());
            assertThat(newcomers.finish(Scenario.PATIENCE).complaints()).isEmpty();
            LoadReport report = load.finish(Scenario.PATIENCE);
            download.leave();
            Upgrade upgrade = course.awaitEnd();

            assertThat(upgrade.getState())
                    .as(() -> upgrade + installation.logs())
                    .isEqualTo(Upgrade.State.STATE_DONE);
            assertThat(upgrade.getCycles(0).getStepsList())
                    .extracting(StepTime::getStep)
                    .endsWith("lingering");
            assertThat(report.kept()).isEqualTo(CONNECTIONS);
            assertAgreed(installation, upgrade, report);
            assertThat(outcome(installation, upgrade, download))
                    .hasValueSatisfying(one -> assertThat(one.getOutcome()).isEqualTo("closed by client"));
            assertServedByTheNew(trial);
        }
    }

    /**
     * Whose beginning was not seen is known to be whole when the next one has begun: that is the old server's, and then the new
     * one has the connection, under all the others.
     */
    @ParameterizedTest
    @MethodSource("servers")
    void thenItsConnectionFollows(RealServer server, Installation installation) throws Exception {
        assumeTrue(server.missing().isEmpty(), () -> server.missing().orElse(""));
        try (Trial trial = Trial.start(installation, HOST, server, Listen.freeIpv4(), lingering("20s"));
                Load load = trial.connect(CONNECTIONS);
                Download download = LongAnswer.download(trial)) {
            load.start(client -> client % 2 == 0, server.requestsPerSecond() / 4);
            Course course = Course.of(installation, trial.begin().getId());
            course.await("lingering");
            LongAnswer.assertWhole(trial, download, download.rest());
            assertThat(download.next(little(trial))).contains(" " + trial.from().version() + " ");
            Upgrade upgrade = course.awaitEnd();

            assertThat(upgrade.getState())
                    .as(() -> upgrade + installation.logs())
                    .isEqualTo(Upgrade.State.STATE_DONE);
            assertThat(outcome(installation, upgrade, download))
                    .hasValueSatisfying(one ->
                            assertThat(one.getOutcome()).as(one::getReason).isEqualTo("kept"));
            assertThat(download.next(little(trial))).contains(" " + trial.to().version() + " ");
            assertAgreed(installation, upgrade, load.finish(Scenario.PATIENCE));
        }
    }

    /** What is answered with few words, the version among them. */
    private static String little(Trial trial) {
        if (trial.server() instanceof ShopServer) {
            return "/order?n=8";
        }
        return trial.server() instanceof PythonFileServer ? "/8.txt" : "/?n=8";
    }

    /** When it follows, about a second after the end of the download. */
    @ParameterizedTest
    @ValueSource(ints = {1_000, 1_300})
    void anAgentThatDiesWhileOneFollows(int millis, Installation installation) throws Exception {
        NginxServer server = new NginxServer(4);
        assumeTrue(server.missing().isEmpty(), () -> server.missing().orElse(""));
        installation.startAgent(MORTAL, List.of("-Dholdfast.agent.fault=lingering+" + millis));
        try (Trial trial = Trial.start(installation, MORTAL, server, Listen.freeIpv4(), lingering("1m"));
                Load load = trial.connect(CONNECTIONS);
                Download stays = LongAnswer.download(trial);
                Download download = LongAnswer.download(trial)) {
            load.start(client -> client % 2 == 0, 500);
            Course course = Course.of(installation, trial.begin().getId());
            course.await("lingering");
            LongAnswer.assertWhole(trial, download, download.rest());
            assertThat(download.next("/?n=8")).contains(" " + trial.from().version() + " ");
            assertThat(installation.awaitAgentEnd(MORTAL, Scenario.PATIENCE)).isTrue();
            installation.startAgent(MORTAL, List.of());
            Optional<String> whole = rest(stays);
            whole.ifPresent(body -> LongAnswer.assertWhole(trial, stays, body));
            stays.leave();
            String version = version(download);
            download.leave();
            Upgrade upgrade = course.awaitEnd();

            ConnectionOutcome one = outcome(installation, upgrade, download).orElseThrow();
            assertThat(upgrade.getState()).isIn(Upgrade.State.STATE_DONE, Upgrade.State.STATE_REVERTED);
            assertThat(one.getOutcome())
                    .as(() -> version + ", " + one + installation.logs())
                    .isIn(version.equals("reset") ? List.of("reset") : List.of("kept", "closed by client", "released"));
            assertThat(outcome(installation, upgrade, stays)
                            .orElseThrow()
                            .getOutcome()
                            .equals("reset"))
                    .isEqualTo(whole.isEmpty());
            LoadReport report = load.finish(Scenario.PATIENCE);
            assertThat(report.wrong()).isZero();
            assertThat(Comparison.of(report, upgrade, installation.admin().outcomes(upgrade.getId()))
                            .disagreements())
                    .as(installation::logs)
                    .isEmpty();
            assertThat(report.clients())
                    .filteredOn(client -> !client.kept())
                    .allMatch(client -> client.sent() > client.answered(), "awaited an answer");
        } finally {
            installation.stopAgent(MORTAL);
        }
    }

    /** By which version it is answered; "reset" when it was cut. */
    private static String version(Download download) throws IOException {
        try {
            return download.next("/large/long.txt").split(" ", 2)[0];
        } catch (SocketException e) {
            return "reset";
        }
    }

    @Test
    void aClientThatVanishesIsNotWaitedFor(Installation installation) throws Exception {
        try (Trial trial = Trial.start(installation, HOST, new ShopServer(), Listen.freeIpv4(), lingering("1m"));
                Download download = LongAnswer.download(trial)) {
            Course course = Course.of(installation, trial.begin().getId());
            course.await("lingering");
            var local = download.local();
            download.vanish();
            Upgrade upgrade = course.awaitEnd();

            assertThat(upgrade.getState())
                    .as(() -> upgrade + installation.logs())
                    .isEqualTo(Upgrade.State.STATE_DONE);
            assertThat(installation.admin().outcomes(upgrade.getId()))
                    .filteredOn(each -> Peer.parse(each.getPeer()).equals(local))
                    .extracting(ConnectionOutcome::getOutcome)
                    .containsExactly("closed by client");
        }
    }

    /** One that tells what it is again and again, so that it is known for a session. */
    @Test
    void aSubscriptionGoesOnUntilTheEndOfTheTime(Installation installation) throws Exception {
        RedisServer server = new RedisServer();
        assumeTrue(server.missing().isEmpty(), () -> server.missing().orElse(""));
        try (Trial trial = Trial.start(installation, HOST, server, Listen.freeIpv4(), lingering("2s"));
                Load load = trial.connect(CONNECTIONS);
                Socket client = new Socket(
                        trial.listen().socketAddress().getAddress(),
                        trial.listen().port())) {
            client.setSoTimeout(30_000);
            load.start(each -> each % 2 == 0, 500);
            Course course = Course.of(installation, trial.begin().getId());
            int answersWhileItLingers = 0;
            boolean cut = false;
            while (!cut) {
                try {
                    subscribe(client);
                    answersWhileItLingers += course.states().contains("lingering") ? 1 : 0;
                } catch (SocketException e) {
                    cut = true;
                }
            }
            Upgrade upgrade = course.awaitEnd();

            assertThat(upgrade.getState())
                    .as(() -> upgrade + installation.logs())
                    .isEqualTo(Upgrade.State.STATE_DONE);
            assertThat(answersWhileItLingers).isGreaterThan(10);
            assertAgreed(installation, upgrade, load.finish(Scenario.PATIENCE));
            assertThat(installation.admin().outcomes(upgrade.getId()))
                    .filteredOn(each -> Peer.parse(each.getPeer()).equals(client.getLocalSocketAddress()))
                    .singleElement()
                    .satisfies(each -> {
                        assertThat(each.getOutcome()).isEqualTo("reset");
                        assertThat(each.getReason()).contains("takeover.linger was over after 2000 ms");
                    });
            assertServedByTheNew(trial);
        }
    }

    private static void subscribe(Socket client) throws IOException {
        client.getOutputStream().write("SUBSCRIBE news\r\n".getBytes(StandardCharsets.US_ASCII));
        byte[] answer = new byte["*3\r\n$9\r\nsubscribe\r\n$4\r\nnews\r\n:1\r\n".length()];
        if (client.getInputStream().readNBytes(answer, 0, answer.length) < answer.length) {
            throw new AssertionError("it was closed");
        }
        assertThat(new String(answer, StandardCharsets.US_ASCII)).startsWith("*3\r\n$9\r\nsubscribe");
    }

    @Test
    void anAbortTakesTheOthersBack(Installation installation) throws Exception {
        ShopServer server = new ShopServer();
        try (Trial trial = Trial.start(installation, HOST, server, Listen.freeIpv4(), lingering("1m"));
                Load load = trial.connect(CONNECTIONS);
                Download download = LongAnswer.download(trial)) {
            Course course = Course.of(installation, trial.begin().getId());
            course.await("lingering");
            load.ask(_ -> true);
            var _ = installation.admin().abortUpgrade(course.id());
            course.await("reverting");
            LongAnswer.assertWhole(trial, download, download.rest());
            download.leave();
            Upgrade upgrade = course.awaitEnd();

            assertThat(upgrade.getState())
                    .as(() -> upgrade + installation.logs())
                    .isEqualTo(Upgrade.State.STATE_REVERTED);
            LoadReport report = load.finish(Scenario.PATIENCE);
            assertThat(report.kept()).isEqualTo(CONNECTIONS);
            assertAgreed(installation, upgrade, report);
            try (Load fresh = trial.connect(10)) {
                assertThat(fresh.finish(Scenario.PATIENCE)
                                .answeredBy(trial.from().version()))
                        .isEqualTo(10);
            }
        }
    }

    /** Where it dies in the middle of the parting the old server may be gone with it. */
    @ParameterizedTest
    @CsvSource({
        "stopping, REVERTED, true",
        "stopping+3, REVERTED, false",
        "delivering, REVERTED, true",
        "lingering, DONE, true"
    })
    void theDownloadOutlivesTheAgent(String fault, String end, boolean surely, Installation installation)
            throws Exception {
        NginxServer server = new NginxServer();
        assumeTrue(server.missing().isEmpty(), () -> server.missing().orElse(""));
        installation.startAgent(MORTAL, List.of("-Dholdfast.agent.fault=" + fault));
        try (Trial trial = Trial.start(installation, MORTAL, server, Listen.freeIpv4(), lingering("1m"));
                Load load = trial.connect(CONNECTIONS);
                Download download = LongAnswer.download(trial)) {
            load.start(client -> client % 2 == 0, 500);
            Course course = Course.of(installation, trial.begin().getId());
            assertThat(installation.awaitAgentEnd(MORTAL, Scenario.PATIENCE))
                    .as(fault)
                    .isTrue();
            installation.startAgent(MORTAL, List.of());
            Optional<String> body = rest(download);
            download.leave();
            Upgrade upgrade = course.awaitEnd();

            assertThat(upgrade.getState())
                    .as(() -> upgrade + installation.logs())
                    .isEqualTo(Upgrade.State.valueOf("STATE_" + end));
            ConnectionOutcome one = outcome(installation, upgrade, download).orElseThrow();
            body.ifPresentOrElse(
                    whole -> {
                        LongAnswer.assertWhole(trial, download, whole);
                        assertThat(one.getOutcome()).as(one::getReason).isIn("closed by client", "released");
                    },
                    () -> assertThat(one.getOutcome()).isEqualTo("reset"));
            assertThat(body.isPresent() || !surely)
                    .as(() -> one + installation.logs())
                    .isTrue();
            LoadReport report = load.finish(Scenario.PATIENCE);
            assertThat(report.wrong()).isZero();
            assertThat(Comparison.of(report, upgrade, installation.admin().outcomes(upgrade.getId()))
                            .disagreements())
                    .as(installation::logs)
                    .isEmpty();
        } finally {
            installation.stopAgent(MORTAL);
        }
    }

    /** Empty when it is cut. */
    private static Optional<String> rest(Download download) throws IOException {
        try {
            return Optional.of(download.rest());
        } catch (SocketException e) {
            assertThat(Objects.requireNonNull(e.getMessage())).contains("reset");
            return Optional.empty();
        }
    }

    @Test
    void withNothingLeftItIsAsAlways(Installation installation) throws Exception {
        new Scenario(installation, HOST, new ShopServer(), CONNECTIONS)
                .isNotNoticed(Listen.freeIpv4(), lingering("1m"));
    }

    @Test
    void itIsNotUpgradedAgainMeanwhile(Installation installation) throws Exception {
        try (Trial trial = Trial.start(installation, HOST, new ShopServer(), Listen.freeIpv4(), lingering("1m"));
                Download download = LongAnswer.download(trial)) {
            Course course = Course.of(installation, trial.begin().getId());
            course.await("lingering");
            assertThatThrownBy(trial::begin).hasMessageContaining(course.id());
            download.leave();
            assertThat(course.awaitEnd().getState()).isEqualTo(Upgrade.State.STATE_DONE);
        }
    }
}
