package dev.holdfast.agent.cycle;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.holdfast.agent.linux.Sockets;
import dev.holdfast.agent.linux.TcpRepair;
import dev.holdfast.agent.process.Boot;
import dev.holdfast.agent.process.ImageRef;
import dev.holdfast.agent.process.ProcessIdentity;
import dev.holdfast.agent.process.ProcessTree;
import dev.holdfast.agent.takeover.HeldSockets;
import dev.holdfast.agent.takeover.Holder;
import dev.holdfast.proto.agent.v1.CycleReport;
import dev.holdfast.proto.agent.v1.CycleState;
import java.io.IOException;
import java.net.Socket;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** An agent died when it had paused a server, to take everything from it. */
class LeftPausedTest {
    private static final int TCP_REPAIR = 19;
    private static final ProcessIdentity GONE = new ProcessIdentity(Integer.MAX_VALUE, 1);

    @TempDir
    Path dir;

    @Test
    void whoConnectedMeanwhileIsServed() throws IOException, InterruptedException {
        try (LineHost host = LineHost.of(dir)) {
            try (HeldSockets held = held(host)) {
                held.pauseAll();
                host.freezeServer();
                // It waits in the backlog, and has the pause from the listener.
                host.clients.add(host.connect());
            }

            recovered(host, State.PROVING, CycleState.CYCLE_STATE_DONE);
            host.allAreAnsweredBy("v1");
        }
    }

    /** A read or write of it fails as long as it is in TCP_REPAIR, and a server closes it then; its client is not told. */
    @ParameterizedTest
    @CsvSource({"QUIESCING, ABORTED", "PROVING, DONE"})
    void whoWasBeingLookedAtIsServed(State state, String end) throws IOException, InterruptedException {
        try (LineHost host = LineHost.of(dir)) {
            Socket client = host.connect();
            host.clients.add(client);
            host.allAreAnsweredBy("v1");
            // Not paused any more, as one that is let read the rest of what it has begun.
            try (HeldSockets held = held(host);
                    Sockets sockets = new Sockets()) {
                assumeTrue(TcpRepair.permitted(sockets), "TCP_REPAIR needs CAP_NET_ADMIN");
                host.freezeServer();
                LineHost.tell(client, "meanwhile");
                held.connections().forEach(each -> sockets.setOption(each.fd(), Sockets.IPPROTO_TCP, TCP_REPAIR, 1));
            }

            recovered(host, state, CycleState.valueOf("CYCLE_STATE_" + end));
            assertThat(LineHost.answer(client)).isEqualTo("v1:meanwhile");
            host.allAreAnsweredBy("v1");
        }
    }

    private static ProcessIdentity server(LineHost host) {
        return ProcessIdentity.of(host.process().pid());
    }

    private static HeldSockets held(LineHost host) {
        HeldSockets held = new HeldSockets();
        new Holder(held, host.image("v1", "{}").manifest().ports())
                .refresh(ProcessTree.of(server(host)).pids());
        return held;
    }

    /** In PROVING it was the new server, before it the old one. */
    private static void recovered(LineHost host, State state, CycleState end) throws IOException, InterruptedException {
        ImageRef image = host.image("v1", "{}");
        boolean proving = state == State.PROVING;
        Journal journal = Journal.of(host.journals(), "c-1");
        journal.append(new Journal.Entry(
                "c-1",
                "p-1",
                image,
                image,
                state,
                "",
                proving ? GONE : server(host),
                List.of(),
                List.of(),
                proving ? server(host) : null,
                true,
                1,
                Outcomes.Known.NOTHING,
                Staying.NOBODY,
                Boot.id()));
        journal.close();
        host.cycles.recover();
        CycleReport report = host.report();

        assertThat(report.getState()).as(report::getReason).isEqualTo(end);
    }
}
