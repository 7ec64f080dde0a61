package dev.holdfast.agent.cycle;

import static dev.holdfast.agent.cycle.LingerHost.SOON;
import static dev.holdfast.agent.cycle.LingerHost.outcome;
import static dev.holdfast.agent.cycle.LingerHost.tell;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.holdfast.agent.linux.Processes;
import dev.holdfast.agent.linux.Ptrace;
import dev.holdfast.proto.agent.v1.ConnectionOutcome;
import dev.holdfast.proto.agent.v1.CycleReport;
import dev.holdfast.proto.agent.v1.CycleState;
import dev.holdfast.proto.agent.v1.Outcome;
import dev.holdfast.proto.agent.v1.StepTime;
import java.io.IOException;
import java.net.Socket;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** An old server that goes on with what is not quiet at the deadline, while the new one has all the rest. */
@Timeout(90)
class LingerTest {
    private static final int SIGKILL = 9;
    private static final int MUCH = 12_000_000;
    private static final String SHORTLY = "deadline: 300ms";

    @TempDir
    Path dir;

    @SuppressWarnings("NullAway.Init")
    private LingerHost host;

    private void serve(String kind, String takeover) throws IOException, InterruptedException {
        host = new LingerHost(dir, kind, takeover);
    }

    @AfterEach
    void end() throws IOException {
        if (host != null) {
            host.close();
        }
    }

    /** One that is in the middle of an answer for as long as it does not read. */
    private Socket busy() throws IOException {
        Socket client = host.connect();
        tell(client, "much " + MUCH);
        await().until(() -> client.getInputStream().available() > 0);
        return client;
    }

    private void allOfItComes(Socket client) throws IOException {
        assertThat(LingerHost.letters(client)).isEqualTo(MUCH);
    }

    private void onlyOneIsNotKept(CycleReport report, Socket client) {
        assertThat(report.getConnectionsList())
                .filteredOn(each -> each.getOutcome() != Outcome.OUTCOME_KEPT)
                .filteredOn(each ->
                        host.quiet.stream().anyMatch(quiet -> each.getPeer().endsWith(":" + quiet.getLocalPort())))
                .isEmpty();
        assertThat(report.getConnectionsList())
                .extracting(ConnectionOutcome::getPeer)
                .doesNotHaveDuplicates()
                .contains("127.0.0.1:" + client.getLocalPort());
    }

    private void theOldServerIsGone() {
        await().atMost(SOON).until(() -> !host.old.alive());
    }

    @ParameterizedTest
    @ValueSource(strings = {"epoll", "threads", "processes"})
    void anAnswerIsFinishedByTheOldServer(String kind) throws Exception {
        serve(kind, SHORTLY);
        Socket client = busy();
        host.begin(SHORTLY);
        host.await(State.LINGERING);
        host.quietAreAnsweredBy("v2");
        await().until(() -> host.servers.get("p-1").orElseThrow().imageVersion().equals("v2"));

        allOfItComes(client);
        client.close();
        CycleReport report = host.report();

        assertThat(report.getState()).as(report::getReason).isEqualTo(CycleState.CYCLE_STATE_DONE);
        assertThat(outcome(report, client).getOutcome()).isEqualTo(Outcome.OUTCOME_CLOSED_BY_CLIENT);
        onlyOneIsNotKept(report, client);
        theOldServerIsGone();
        host.quietAreAnsweredBy("v2");
    }

    @ParameterizedTest
    @CsvSource({"epoll, opaque", "threads, opaque", "processes, opaque", "epoll, line", "threads, line"})
    void oneFollowsWhenItsAnswerIsWhole(String kind, String protocol) throws Exception {
        serve(kind, SHORTLY + ", protocol: " + protocol);
        Socket client = busy();
        host.begin(SHORTLY);
        host.await(State.LINGERING);
        host.quietAreAnsweredBy("v2");
        allOfItComes(client);
        CycleReport report = host.report();

        assertThat(report.getState()).as(report::getReason).isEqualTo(CycleState.CYCLE_STATE_DONE);
        assertThat(outcome(report, client).getOutcome()).isEqualTo(Outcome.OUTCOME_KEPT);
        assertThat(LingerHost.ask(client)).isEqualTo("v2:hello");
        onlyOneIsNotKept(report, client);
        theOldServerIsGone();
        host.quietAreAnsweredBy("v2");
    }

    @ParameterizedTest
    @ValueSource(strings = {"epoll", "threads", "processes"})
    void oneFollowsWhileAnotherStays(String kind) throws Exception {
        serve(kind, SHORTLY);
        Socket client = busy();
        Socket other = busy();
        host.begin(SHORTLY);
        host.await(State.LINGERING);
        allOfItComes(client);
        await().atMost(SOON)
                .pollInterval(Duration.ofMillis(1_500))
                .until(() -> LingerHost.ask(client).equals("v2:hello"));
        assertThat(host.heard.reports).as("another one stays").isEmpty();
        host.quietAreAnsweredBy("v2");
        host.cycles.abort("c-1", "");
        await().atMost(SOON).until(() -> host.states.contains(State.REVERTING));
        assertThat(LingerHost.ask(client)).isEqualTo("v1:hello");
        allOfItComes(other);
        other.close();
        CycleReport report = host.report();

        assertThat(report.getState()).as(report::getReason).isEqualTo(CycleState.CYCLE_STATE_REVERTED);
        assertThat(outcome(report, client).getOutcome()).isEqualTo(Outcome.OUTCOME_KEPT);
        assertThat(outcome(report, other).getOutcome()).isEqualTo(Outcome.OUTCOME_CLOSED_BY_CLIENT);
        onlyOneIsNotKept(report, client);
        theOldServerIsGone();
    }

    /** What is taken from it must not keep it busy. */
    @ParameterizedTest
    @ValueSource(strings = {"epoll", "threads", "processes"})
    void theOldServerHasNothingElseToDo(String kind) throws Exception {
        serve(kind, SHORTLY);
        busy();
        host.begin(SHORTLY);
        host.await(State.LINGERING);
        host.quietAreAnsweredBy("v2");

        long before = Ticks.of(host.old.pid());
        await().pollDelay(Duration.ofMillis(500)).until(() -> true);
        assertThat(Ticks.of(host.old.pid()) - before).as("ticks of 10 ms").isLessThan(10);
    }

    @ParameterizedTest
    @ValueSource(strings = {"epoll", "threads"})
    void whatIsLeftInTheEndIsCut(String kind) throws Exception {
        serve(kind, SHORTLY + ", linger: 1s");
        Socket client = busy();
        host.begin(SHORTLY);
        CycleReport report = host.report();

        assertThat(report.getState()).as(report::getReason).isEqualTo(CycleState.CYCLE_STATE_DONE);
        assertThat(outcome(report, client).getOutcome()).isEqualTo(Outcome.OUTCOME_RESET);
        assertThat(outcome(report, client).getReason()).contains("it owed", "takeover.linger was over after 1000 ms");
        assertThat(LingerHost.line(client)).isEqualTo("reset");
        onlyOneIsNotKept(report, client);
        theOldServerIsGone();
        host.quietAreAnsweredBy("v2");
    }

    @ParameterizedTest
    @ValueSource(strings = {"epoll", "threads"})
    void aClientThatLeaves(String kind) throws Exception {
        serve(kind, SHORTLY);
        Socket client = busy();
        host.begin(SHORTLY);
        host.await(State.LINGERING);
        client.setSoLinger(true, 0);
        client.close();
        CycleReport report = host.report();

        assertThat(report.getState()).as(report::getReason).isEqualTo(CycleState.CYCLE_STATE_DONE);
        assertThat(outcome(report, client).getOutcome()).isEqualTo(Outcome.OUTCOME_CLOSED_BY_CLIENT);
        theOldServerIsGone();
    }

    @ParameterizedTest
    @ValueSource(strings = {"epoll", "threads"})
    void whatTheOldServerClosesIsClosedAtOnce(String kind) throws Exception {
        serve(kind, SHORTLY);
        Socket client = busy();
        Socket other = busy();
        host.begin(SHORTLY);
        host.await(State.LINGERING);
        allOfItComes(client);
        tell(client, "bye");
        assertThat(LingerHost.line(client)).isEqualTo("closed");
        assertThat(host.heard.reports).as("another one stays").isEmpty();
        allOfItComes(other);
        tell(other, "bye");
        CycleReport report = host.report();

        assertThat(outcome(report, client).getOutcome()).isEqualTo(Outcome.OUTCOME_RELEASED);
        assertThat(outcome(report, client).getReason()).contains("served it to its end");
        assertThat(outcome(report, other).getOutcome()).isEqualTo(Outcome.OUTCOME_RELEASED);
        theOldServerIsGone();
    }

    @Test
    void anOldServerThatDies() throws Exception {
        serve("epoll", SHORTLY);
        Socket client = busy();
        host.begin(SHORTLY);
        host.await(State.LINGERING);
        Processes.kill(host.old.pid(), SIGKILL);
        CycleReport report = host.report();

        assertThat(report.getState()).as(report::getReason).isEqualTo(CycleState.CYCLE_STATE_DONE);
        assertThat(outcome(report, client).getOutcome()).isEqualTo(Outcome.OUTCOME_RESET);
        assertThat(outcome(report, client).getReason()).contains("the old server ended");
        assertThat(LingerHost.line(client)).isEqualTo("reset");
        host.quietAreAnsweredBy("v2");
    }

    @Test
    void aNewServerThatDies() throws Exception {
        serve("epoll", SHORTLY);
        Socket client = busy();
        host.begin(SHORTLY);
        host.await(State.LINGERING);
        await().until(() -> host.servers.get("p-1").orElseThrow().imageVersion().equals("v2"));
        tell(host.quiet.getFirst(), "exit");
        await("it is not shown as running")
                .until(() -> !host.servers.get("p-1").orElseThrow().live());
        allOfItComes(client);
        client.close();
        CycleReport report = host.report();

        assertThat(report.getState()).as(report::getReason).isEqualTo(CycleState.CYCLE_STATE_DONE);
        assertThat(outcome(report, client).getOutcome()).isEqualTo(Outcome.OUTCOME_CLOSED_BY_CLIENT);
        theOldServerIsGone();
    }

    @ParameterizedTest
    @ValueSource(strings = {"epoll", "threads"})
    void anotherAgentGoesOn(String kind) throws Exception {
        serve(kind, SHORTLY);
        Socket client = busy();
        Socket leaving = busy();
        host.begin(SHORTLY);
        host.await(State.LINGERING);
        host.states.clear();
        host.replaceAgent();
        host.await(State.LINGERING);
        leaving.close();
        host.quietAreAnsweredBy("v2");
        allOfItComes(client);
        assertThat(host.heard.reports).isEmpty();
        client.close();
        CycleReport report = host.report();

        assertThat(report.getState()).as(report::getReason).isEqualTo(CycleState.CYCLE_STATE_DONE);
        assertThat(outcome(report, client).getOutcome()).isEqualTo(Outcome.OUTCOME_CLOSED_BY_CLIENT);
        assertThat(outcome(report, leaving).getOutcome()).isEqualTo(Outcome.OUTCOME_CLOSED_BY_CLIENT);
        onlyOneIsNotKept(report, client);
        theOldServerIsGone();
    }

    @ParameterizedTest
    @ValueSource(strings = {"0s", "500ms"})
    void anAbortTakesAllOthersBack(String prove) throws Exception {
        serve("epoll", SHORTLY);
        Socket client = busy();
        host.begin(SHORTLY + ", prove: " + prove);
        host.await(State.LINGERING);
        host.quietAreAnsweredBy("v2");
        host.cycles.abort("c-1", "enough");
        await().atMost(SOON)
                .until(() ->
                        host.servers.get("p-1").orElseThrow().imageVersion().equals("v1"));
        host.quietAreAnsweredBy("v1");
        assertThat(host.old.alive()).isTrue();
        assertThat(host.servers.get("p-1").orElseThrow().identity()).isNotEqualTo(host.old);
        allOfItComes(client);
        client.close();
        CycleReport report = host.report();

        assertThat(report.getState()).as(report::getReason).isEqualTo(CycleState.CYCLE_STATE_REVERTED);
        assertThat(report.getReason()).isEqualTo("it was aborted: enough");
        assertThat(outcome(report, client).getOutcome()).isEqualTo(Outcome.OUTCOME_CLOSED_BY_CLIENT);
        onlyOneIsNotKept(report, client);
        theOldServerIsGone();
        host.quietAreAnsweredBy("v1");
    }

    @ParameterizedTest
    @ValueSource(strings = {"STOPPING", "DELIVERING", "RESUMING"})
    void itLingersAlsoWhereTheCycleGoesBack(State when) throws Exception {
        serve("epoll", SHORTLY);
        Socket client = busy();
        host.heard.at = state -> {
            host.states.add(state);
            if (state == when) {
                host.cycles.abort("c-1", "");
            }
        };
        host.begin(SHORTLY);
        host.await(State.REVERTING);
        host.quietAreAnsweredBy("v1");
        assertThat(host.old.alive()).isTrue();
        allOfItComes(client);
        client.close();
        CycleReport report = host.report();

        assertThat(report.getState()).as(report::getReason).isEqualTo(CycleState.CYCLE_STATE_REVERTED);
        assertThat(outcome(report, client).getOutcome()).isEqualTo(Outcome.OUTCOME_CLOSED_BY_CLIENT);
        onlyOneIsNotKept(report, client);
        theOldServerIsGone();
    }

    /** Somebody else traces it by then. */
    @Test
    void oneThatCannotBePartedIsEnded() throws Exception {
        serve("epoll", SHORTLY);
        Socket client = busy();
        host.heard.at = state -> {
            host.states.add(state);
            if (state == State.QUIESCING) {
                Ptrace.seize(host.old.pid());
            }
        };
        host.begin(SHORTLY);
        CycleReport report = host.report();

        assertThat(report.getState()).as(report::getReason).isEqualTo(CycleState.CYCLE_STATE_DONE);
        assertThat(outcome(report, client).getOutcome()).isEqualTo(Outcome.OUTCOME_RESET);
        assertThat(outcome(report, client).getReason()).contains("could not be parted");
        assertThat(LingerHost.line(client)).isEqualTo("reset");
        onlyOneIsNotKept(report, client);
        theOldServerIsGone();
        host.quietAreAnsweredBy("v2");
    }

    /** There is nothing to wait for. */
    @Test
    void aSessionStaysAtOnce() throws Exception {
        String takeover = "protocol: http1, deadline: 25s";
        serve("epoll", takeover);
        Socket client = host.connect();
        host.heard.at = state -> {
            host.states.add(state);
            if (state == State.HOLDING) {
                try {
                    tell(client, "GET / HTTP/1.1\r");
                } catch (IOException e) {
                    throw new AssertionError(e);
                }
            }
        };
        long began = System.nanoTime();
        host.begin(takeover);
        host.await(State.LINGERING);
        assertThat(System.nanoTime() - began).isLessThan(20_000_000_000L);
        assertThat(LingerHost.line(client)).startsWith("HTTP/1.1 101");
        assertThat(LingerHost.line(client)).startsWith("Upgrade");
        assertThat(LingerHost.line(client)).isEqualTo("\r");
        assertThat(LingerHost.ask(client)).isEqualTo("v1:hello");
        host.quietAreAnsweredBy("v2");
        assertThat(LingerHost.ask(client)).isEqualTo("v1:hello");
        client.close();
        CycleReport report = host.report();

        assertThat(report.getState()).as(report::getReason).isEqualTo(CycleState.CYCLE_STATE_DONE);
        onlyOneIsNotKept(report, client);
    }

    @Test
    void whereNothingIsLeftItIsAsAlways() throws Exception {
        serve("epoll", "");
        host.begin("");
        CycleReport report = host.report();

        assertThat(report.getState()).as(report::getReason).isEqualTo(CycleState.CYCLE_STATE_DONE);
        assertThat(report.getStepsList()).extracting(StepTime::getStep).doesNotContain("lingering");
        assertThat(host.old.alive()).isFalse();
        host.quietAreAnsweredBy("v2");
    }
}
