package dev.holdfast.acceptance.load;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.time.Duration;
import java.util.Objects;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The judge must see whatever a server does wrong. */
@Timeout(60)
final class LoadTest {
    private static final Http PROTOCOL = Http.numbered("test");
    private static final Duration PATIENCE = Duration.ofSeconds(5);
    private static final Duration SHORT = Duration.ofMillis(300);

    @Test
    void findsNothingWrongWithAnHonestServer() throws Exception {
        LoadReport report = judge(20, PATIENCE, request -> request.send(request.answer()));

        assertThat(report.complaints()).isEmpty();
        assertThat(report.kept()).isEqualTo(20);
        assertThat(report.answered()).isEqualTo(report.requests()).isEqualTo(40);
        assertThat(report.answersByVersion()).containsEntry("1", 40L);
        assertThat(report.answeredBy("1")).isEqualTo(20);
    }

    @Test
    void acceptsAnAnswerInPieces() throws Exception {
        LoadReport report = judge(1, PATIENCE, request -> {
            for (char c : request.answer().toCharArray()) {
                request.send(String.valueOf(c));
            }
        });

        assertThat(report.complaints()).isEmpty();
    }

    @Test
    void seesARequestThatIsNeverAnswered() throws Exception {
        LoadReport report = judge(2, SHORT, request -> {
            if (request.number() != 1) {
                request.send(request.answer());
            }
        });

        assertThat(report.lost()).isEqualTo(1);
        assertThat(faultOf(report)).isEqualTo(Fault.Kind.HANGING);
    }

    @Test
    void seesAnAnswerThatComesTwice() throws Exception {
        LoadReport report = judge(1, PATIENCE, request -> request.send(request.answer() + request.answer()));

        assertThat(faultOf(report)).isEqualTo(Fault.Kind.UNEXPECTED_BYTES);
        assertThat(report.clients().getFirst().wrong(Wrong.Kind.DOUBLED)).isEqualTo(1);
    }

    @Test
    void seesAnAnswerThatComesTwiceWithAnotherRequestInBetween() throws Exception {
        Queue<String> earlier = new ConcurrentLinkedQueue<>();
        LoadReport report = judge(1, PATIENCE, request -> {
            request.send(earlier.isEmpty() ? request.answer() : earlier.remove());
            earlier.add(request.answer());
        });

        assertThat(report.wrong()).isEqualTo(1);
        assertThat(report.clients().getFirst().wrong(Wrong.Kind.DOUBLED)).isEqualTo(1);
    }

    @Test
    void seesTwoAnswersInTheWrongOrder() throws Exception {
        Queue<String> late = new ConcurrentLinkedQueue<>();
        try (var server = new ScriptedServer(request -> {
                    if (late.isEmpty()) {
                        late.add(request.answer());
                    } else {
                        request.send(request.answer() + late.remove());
                    }
                });
                Load load = Load.open(server.address(), PROTOCOL, 1, 1)) {
            load.ask(client -> true);
            load.ask(client -> true);
            assertThat(load.awaitAnswers(PATIENCE)).isTrue();

            ClientReport client = load.report().clients().getFirst();
            assertThat(client.wrong(Wrong.Kind.REORDERED)).isEqualTo(2);
            assertThat(client.wrong()).hasSize(2);
            assertThat(client.history()).hasSize(3);
            assertThat(client.history().getFirst()).contains("connected as");
            assertThat(client.history())
                    .filteredOn(line -> line.contains("answered"))
                    .hasSize(2);
        }
    }

    @Test
    void seesAnAnswerMeantForAnotherClient() throws Exception {
        LoadReport report = judge(1, PATIENCE, request -> request.send(request.answer(request.number(), 1)));

        assertThat(report.wrong()).isEqualTo(2);
        assertThat(report.complaints().getFirst()).contains("127.0.0.1:1");
    }

    @Test
    void seesAnAnswerWithAnotherNumber() throws Exception {
        LoadReport report = judge(
                1,
                PATIENCE,
                request -> request.send(
                        request.answer(request.number() + 1, request.socket().getPort())));

        assertThat(report.wrong()).isEqualTo(2);
        assertThat(report.lost()).isZero();
    }

    @Test
    void seesAnErrorStatus() throws Exception {
        LoadReport report =
                judge(1, PATIENCE, request -> request.send("HTTP/1.1 503 Busy\r\nContent-Length: 0\r\n\r\n"));

        assertThat(report.wrong()).isEqualTo(2);
    }

    @Test
    void seesBytesThatAreNoAnswer() throws Exception {
        LoadReport report = judge(1, PATIENCE, request -> request.send("+PONG\r\n"));

        assertThat(faultOf(report)).isEqualTo(Fault.Kind.UNEXPECTED_BYTES);
    }

    @Test
    void seesBytesThatNobodyAskedFor() throws Exception {
        LoadReport report = judge(1, PATIENCE, request -> request.send(request.answer() + "\r\n"));

        assertThat(faultOf(report)).isEqualTo(Fault.Kind.UNEXPECTED_BYTES);
    }

    @Test
    void seesAConnectionThatIsClosed() throws Exception {
        LoadReport report = judge(1, PATIENCE, request -> request.socket().close());

        assertThat(faultOf(report)).isEqualTo(Fault.Kind.CLOSED);
    }

    @Test
    void seesAnIdleConnectionThatIsClosed() throws Exception {
        try (var server = new ScriptedServer(request -> {
                    request.send(request.answer());
                    request.socket().close();
                });
                Load load = Load.open(server.address(), PROTOCOL, 1, 1)) {
            load.ask(client -> true);

            Awaitility.await().until(() -> load.report().lost() == 1);
            assertThat(faultOf(load.report())).isEqualTo(Fault.Kind.CLOSED);
        }
    }

    @Test
    void seesAConnectionThatIsReset() throws Exception {
        LoadReport report = judge(1, PATIENCE, request -> {
            request.socket().setSoLinger(true, 0);
            request.socket().close();
        });

        assertThat(faultOf(report)).isEqualTo(Fault.Kind.RESET);
    }

    @Test
    void seesThatItIsRefused() throws Exception {
        try (Load load = Load.open(nobody(), PROTOCOL, 3, 2)) {
            LoadReport report = load.finish(PATIENCE);

            assertThat(report.lost()).isEqualTo(3);
            assertThat(faultOf(report)).isEqualTo(Fault.Kind.REFUSED);
        }
    }

    @Test
    void measuresTheLongestWaitInTheWindow() throws Exception {
        AtomicInteger requests = new AtomicInteger();
        try (var server = new ScriptedServer(request -> {
                    pause(requests.incrementAndGet() == 5 ? 200 : 0);
                    request.send(request.answer());
                });
                Load load = Load.open(server.address(), PROTOCOL, 1, 1)) {
            load.openWindow();
            load.start(client -> true, 1000);
            Awaitility.await().until(() -> load.report().answered() > 10);

            LoadReport report = load.finish(PATIENCE);
            assertThat(report.complaints()).isEmpty();
            assertThat(report.stall().max()).isBetween(200.0, 1000.0);
        }
    }

    @Test
    void asksOnlyTheClientsChosen() throws Exception {
        try (var server = new ScriptedServer(request -> request.send(request.answer()));
                Load load = Load.open(server.address(), PROTOCOL, 9, 4)) {
            load.ask(client -> client % 3 == 0);
            assertThat(load.awaitAnswers(PATIENCE)).isTrue();

            assertThat(load.report().answered()).isEqualTo(3);
        }
    }

    @Test
    void newcomersAreServedOneAfterTheOther() throws Exception {
        try (var server = new ScriptedServer(request -> request.send(request.answer()));
                Newcomers newcomers = Newcomers.start(server.address(), PROTOCOL, 2, Duration.ofMillis(1))) {
            Awaitility.await().until(() -> newcomers.report().connections() > 20);

            LoadReport report = newcomers.finish(PATIENCE);
            assertThat(report.complaints()).isEmpty();
            assertThat(report.answered()).isEqualTo(report.connections());
        }
    }

    @Test
    void newcomersSeeThatTheyAreRefusedOrNotServed() throws Exception {
        try (var silent = new ScriptedServer(request -> {});
                Newcomers refused = Newcomers.start(nobody(), PROTOCOL, 1, Duration.ofMillis(1));
                Newcomers ignored = Newcomers.start(silent.address(), PROTOCOL, 1, Duration.ofMillis(1))) {
            Awaitility.await().until(() -> refused.report().connections() > 2);

            assertThat(faultOf(refused.finish(SHORT))).isEqualTo(Fault.Kind.REFUSED);
            assertThat(faultOf(ignored.finish(SHORT))).isEqualTo(Fault.Kind.HANGING);
        }
    }

    /** Two requests from each client, the second only when the first was answered. */
    private static LoadReport judge(int connections, Duration within, ScriptedServer.Script script) throws Exception {
        try (var server = new ScriptedServer(script);
                Load load = Load.open(server.address(), PROTOCOL, connections, 8)) {
            load.ask(client -> true);
            return load.finish(within);
        }
    }

    private static Fault.Kind faultOf(LoadReport report) {
        Fault fault = report.clients().stream()
                .filter(client -> !client.kept())
                .findFirst()
                .orElseThrow()
                .fault();
        return Objects.requireNonNull(fault).kind();
    }

    private static InetSocketAddress nobody() throws Exception {
        try (var free = new ServerSocket(0)) {
            return new InetSocketAddress(InetAddress.getLoopbackAddress(), free.getLocalPort());
        }
    }

    private static void pause(long millis) {
        try {
            Thread.sleep(millis);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
