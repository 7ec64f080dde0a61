package dev.holdfast.acceptance.load;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.time.Duration;
import java.util.Collections;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Clients that ask in other ways than one request after the other. */
@Timeout(60)
final class HabitTest {
    private static final Http PROTOCOL = Http.numbered("test");
    private static final Duration PATIENCE = Duration.ofSeconds(5);
    private static final Duration SHORT = Duration.ofMillis(1);

    @Test
    void severalRequestsComeInOneWrite() throws Exception {
        Queue<ScriptedServer.Request> waiting = new ConcurrentLinkedQueue<>();
        try (var server = new ScriptedServer(request -> answerThree(request, waiting));
                Load load = Load.live(server.address(), List.of(loop().pipelined(3)), 1)) {
            Awaitility.await().until(() -> load.report().answered() > 30);

            LoadReport report = load.finish(PATIENCE);
            assertThat(report.complaints()).isEmpty();
            assertThat(report.requests() % 3).isZero();
        }
    }

    /** A server that answers only when it has three requests would wait for ever if they came one by one. */
    private static void answerThree(ScriptedServer.Request request, Queue<ScriptedServer.Request> waiting)
            throws IOException {
        waiting.add(request);
        if (waiting.size() == 3) {
            for (ScriptedServer.Request one : waiting) {
                one.send(one.answer());
            }
            waiting.clear();
        }
    }

    @Test
    void piecesMakeAWholeRequest() throws Exception {
        try (var server = new ScriptedServer(request -> request.send(request.answer()));
                Load load = Load.live(server.address(), List.of(loop().inPieces(7, SHORT)), 1)) {
            Awaitility.await().until(() -> load.report().answered() > 10);

            assertThat(load.finish(PATIENCE).complaints()).isEmpty();
        }
    }

    @Test
    void aLostConnectionIsReportedOnceAndReplaced() throws Exception {
        AtomicInteger left = new AtomicInteger(20);
        try (var server = new ScriptedServer(request -> answerOrClose(request, left));
                Load load = Load.live(server.address(), Collections.nCopies(3, loop()), 3)) {
            Awaitility.await().until(() -> load.report().lost() == 3);
            left.set(Integer.MAX_VALUE);

            LoadReport lost = load.replaceLost();
            assertThat(lost.lost()).isEqualTo(lost.connections()).isEqualTo(3);
            assertThat(lost.clients())
                    .allSatisfy(client -> assertThat(client.history())
                            .anyMatch(line -> line.endsWith("no answer"))
                            .last()
                            .asString()
                            .contains("ended with 0 bytes of an answer"));
            assertThat(load.replaceLost().connections()).isZero();
            LoadReport report = load.finish(PATIENCE);
            assertThat(report.complaints()).isEmpty();
            assertThat(report.connections()).isEqualTo(3);
        }
    }

    private static void answerOrClose(ScriptedServer.Request request, AtomicInteger left) throws IOException {
        if (left.decrementAndGet() >= 0) {
            request.send(request.answer());
        } else {
            request.socket().close();
        }
    }

    @Test
    void anAnswerThatIsAwaitedForTooLongIsGivenUp() throws Exception {
        AtomicInteger left = new AtomicInteger(2);
        try (var server = new ScriptedServer(request -> {
                    if (left.decrementAndGet() >= 0) {
                        request.send(request.answer());
                    }
                });
                Load load = Load.live(server.address(), List.of(Habit.idle("idle", PROTOCOL)), 1)) {
            assertThat(load.awaitAnswers(PATIENCE)).isTrue();
            load.endOverdue(Duration.ZERO);
            assertThat(load.report().lost()).isZero();
            assertThat(load.awaitNobodyWaits(Duration.ZERO, Duration.ZERO)).isTrue();
            load.ask(client -> true);
            load.endOverdue(Duration.ofMinutes(1));
            assertThat(load.report().lost()).isZero();
            assertThat(load.awaitNobodyWaits(Duration.ofMinutes(1), Duration.ZERO))
                    .isTrue();
            assertThat(load.awaitNobodyWaits(Duration.ZERO, SHORT)).isFalse();
            load.endOverdue(Duration.ZERO);
            assertThat(load.awaitNobodyWaits(Duration.ZERO, SHORT))
                    .as("those that ended do not count")
                    .isTrue();
            ClientReport client = load.replaceLost().clients().getFirst();
            assertThat(client.fault()).isNotNull();
            assertThat(client.owed()).isEqualTo(1);
        }
    }

    private static Habit loop() {
        return Habit.loop("loop", PROTOCOL, SHORT);
    }
}
