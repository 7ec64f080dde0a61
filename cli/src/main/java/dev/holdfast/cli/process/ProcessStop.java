package dev.holdfast.cli.process;

import dev.holdfast.cli.connection.Manager;
import dev.holdfast.cli.connection.ManagerCommand;
import dev.holdfast.cli.exit.ExitCode;
import dev.holdfast.cli.output.Output;
import dev.holdfast.proto.admin.v1.Process;
import dev.holdfast.proto.admin.v1.Process.State;
import dev.holdfast.proto.admin.v1.StopProcessRequest;
import java.util.EnumSet;
import java.util.Set;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

@Command(
        name = "stop",
        description = "Stop a server process as its manifest says, and wait until it is gone. Its clients lose their"
                + " connections: to change its version use holdfast upgrade.",
        footer = {"", "Example:", "  holdfast process stop 0198c0de-1f5e-7c1a-9c1e-2f3a4b5c6d7e"})
final class ProcessStop extends ManagerCommand {
    private static final Set<State> GONE = EnumSet.of(State.STATE_STOPPED, State.STATE_EXITED, State.STATE_FAILED);

    @Parameters(paramLabel = "ID", description = "The process's id, from process list.")
    private String id = "";

    @Mixin
    private WaitOption wait = new WaitOption();

    @Override
    protected int run(Manager manager, Output out) throws InterruptedException {
        Process stopping = manager.processes()
                .stopProcess(StopProcessRequest.newBuilder().setId(id).build());
        Process process = wait.until(manager, out, stopping, GONE::contains);
        out.answer(process, () -> ProcessText.oneLine(process));
        return ExitCode.OK;
    }
}
