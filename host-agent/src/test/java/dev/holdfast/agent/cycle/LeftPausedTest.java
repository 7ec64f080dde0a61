package dev.holdfast.agent.cycle;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.agent.linux.Processes;
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

/** An agent died when it had paused a server on trial, to take everything back from it. */
class LeftPausedTest {
    private static final int SIGSTOP = 19;
    private static final ProcessIdentity GONE = new ProcessIdentity(Integer.MAX_VALUE, 1);

    @TempDir
    Path dir;

    @Test
    void whoConnectedMeanwhileIsServed() throws IOException, InterruptedException {
        try (LineHost host = LineHost.of(dir)) {
            ImageRef image = host.image("v1", "{}");
            ProcessIdentity server = ProcessIdentity.of(host.process().pid());
            Socket newcomer;
            try (HeldSockets held = new HeldSockets()) {
                new Holder(held, image.manifest().ports())
                        .refresh(ProcessTree.of(server).pids());
                held.pauseAll();
                Processes.kill(server.pid(), SIGSTOP);
                // It waits in the backlog, and has the pause from the listener.
                newcomer = host.connect();
            }
            host.clients.add(newcomer);
            Journal journal = Journal.of(host.journals(), "c-1");
            journal.append(new Journal.Entry(
                    "c-1",
                    "p-1",
                    image,
                    image,
                    State.PROVING,
                    "",
                    GONE,
                    List.of(),
                    List.of(),
                    server,
                    true,
                    1,
                    Outcomes.Known.NOTHING,
                    Staying.NOBODY,
                    Boot.id()));
            journal.close();
            host.cycles.recover();
            CycleReport report = host.report();

            assertThat(report.getState()).as(report::getReason).isEqualTo(CycleState.CYCLE_STATE_DONE);
            host.allAreAnsweredBy("v1");
        }
    }
}
