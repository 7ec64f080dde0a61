package dev.holdfast.acceptance.upgrade;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.holdfast.acceptance.load.ClientReport;
import dev.holdfast.acceptance.load.Load;
import dev.holdfast.acceptance.load.LoadReport;
import dev.holdfast.acceptance.process.Holds;
import dev.holdfast.acceptance.process.Installation;
import dev.holdfast.acceptance.server.Listen;
import dev.holdfast.acceptance.server.NginxServer;
import dev.holdfast.acceptance.trial.Trial;
import dev.holdfast.proto.admin.v1.Upgrade;
import java.time.Duration;
import java.util.List;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * An agent is asked to end, as its supervisor does, and one of another installation of the program takes its place: between
 * two cycles, and in the midst of one. No client notices.
 */
@ExtendWith(SharedInstallation.class)
@Timeout(120)
final class AgentReplacementTest {
    private static final String HOST = "replaced";
    private static final int CONNECTIONS = 60;
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    private final NginxServer server = new NginxServer();

    /** The cycle is so far that it goes on to its end first. */
    @ParameterizedTest
    @ValueSource(strings = {"stopping", "delivering"})
    void inTheMidstOfACycle(String step, Installation installation) throws Exception {
        replaced(step, "0s", installation);
    }

    /** A trial may be long: it is not waited for, and the next agent begins it anew. */
    @Test
    void whileAServerIsOnTrial(Installation installation) throws Exception {
        replaced("proving", "2s", installation);
    }

    @Test
    void betweenTwoCycles(Installation installation) throws Exception {
        assumeTrue(server.missing().isEmpty(), () -> server.missing().orElse(""));
        installation.startAgent(HOST);
        try (Trial trial = Trial.start(installation, HOST, server, Listen.freeIpv4());
                Load load = trial.connect(CONNECTIONS)) {
            load.start(client -> client % 2 == 0, 1_000);
            installation.askAgentToEnd(HOST);
            assertThat(installation.awaitAgentEnd(HOST, PATIENCE)).isTrue();
            installation.startAgentOfOtherInstallation(HOST);

            Upgrade upgrade = trial.upgrade(_ -> {});

            assertNobodyNoticed(new Aftermath(installation, HOST, trial, upgrade), load.finish(PATIENCE));
        } finally {
            installation.stopAgent(HOST);
        }
    }

    private void replaced(String step, String prove, Installation installation) throws Exception {
        assumeTrue(server.missing().isEmpty(), () -> server.missing().orElse(""));
        Holds holds = installation.startAgentWithHolds(HOST);
        try (Trial trial = Trial.start(
                        installation,
                        HOST,
                        server,
                        Listen.freeIpv4(),
                        image -> prove.equals("0s") ? image : image.withTakeover("prove", prove));
                Load load = trial.connect(CONNECTIONS)) {
            load.start(client -> client % 2 == 0, 1_000);
            holds.at(List.of(step));
            Upgrade started = trial.begin();
            Awaitility.await(step).atMost(PATIENCE).until(() -> holds.isHeld(step));
            installation.askAgentToEnd(HOST);
            load.ask(client -> client % 4 == 1);
            holds.letGo(step);
            assertThat(installation.awaitAgentEnd(HOST, PATIENCE))
                    .as(installation::logs)
                    .isTrue();
            installation.startAgentOfOtherInstallation(HOST);

            Upgrade upgrade = installation.admin().watch(started.getId(), _ -> {});

            assertNobodyNoticed(new Aftermath(installation, HOST, trial, upgrade), load.finish(PATIENCE));
        } finally {
            holds.clear();
            installation.stopAgent(HOST);
        }
    }

    private static void assertNobodyNoticed(Aftermath aftermath, LoadReport report) {
        assertThat(aftermath.upgrade().getState())
                .as(() -> aftermath.upgrade() + aftermath.installation().logs())
                .isEqualTo(Upgrade.State.STATE_DONE);
        aftermath.isAgreedOn(report);
        aftermath.isTidy();
        assertThat(report.clients()).allMatch(ClientReport::kept);
    }
}
