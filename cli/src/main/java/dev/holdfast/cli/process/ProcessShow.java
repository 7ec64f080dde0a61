package dev.holdfast.cli.process;

import dev.holdfast.cli.connection.Manager;
import dev.holdfast.cli.connection.ManagerCommand;
import dev.holdfast.cli.exit.ExitCode;
import dev.holdfast.cli.output.Output;
import dev.holdfast.proto.admin.v1.GetProcessRequest;
import dev.holdfast.proto.admin.v1.Process;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

@Command(
        name = "show",
        description = "Show one server process with its ports, clients and children.",
        footer = {"", "Example:", "  holdfast process show 0198c0de-1f5e-7c1a-9c1e-2f3a4b5c6d7e"})
final class ProcessShow extends ManagerCommand {
    @Parameters(paramLabel = "ID", description = "The process's id, from process list.")
    private String id = "";

    @Override
    protected int run(Manager manager, Output out) {
        Process process = manager.processes()
                .getProcess(GetProcessRequest.newBuilder().setId(id).build());
        out.answer(process, () -> ProcessText.full(process));
        return ExitCode.OK;
    }
}
