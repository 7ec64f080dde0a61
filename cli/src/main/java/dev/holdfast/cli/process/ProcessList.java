package dev.holdfast.cli.process;

import dev.holdfast.cli.connection.Manager;
import dev.holdfast.cli.connection.ManagerCommand;
import dev.holdfast.cli.connection.Pages;
import dev.holdfast.cli.exit.ExitCode;
import dev.holdfast.cli.output.Output;
import dev.holdfast.proto.admin.v1.ListProcessesRequest;
import dev.holdfast.proto.admin.v1.ListProcessesResponse;
import dev.holdfast.proto.admin.v1.Process;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

@Command(
        name = "list",
        description = "List server processes.",
        footer = {
            "",
            "Examples:",
            "  holdfast process list",
            "  holdfast process list --tenant acme --image shop --all -o json"
        })
final class ProcessList extends ManagerCommand {
    @Option(names = "--tenant", paramLabel = "T", description = "Only this tenant's.")
    private String tenant = "";

    @Option(names = "--image", paramLabel = "N", description = "Only those of this image, in whatever version.")
    private String image = "";

    @Option(names = "--host", paramLabel = "H", description = "Only those on this host.")
    private String host = "";

    @Option(names = "--all", description = "Also those that have stopped, exited or failed.")
    private boolean all;

    @Override
    protected int run(Manager manager, Output out) {
        List<Process> processes = Pages.all(
                page -> manager.processes()
                        .listProcesses(ListProcessesRequest.newBuilder()
                                .setTenant(tenant)
                                .setImageName(image)
                                .setHost(host)
                                .setAll(all)
                                .setPage(page)
                                .build()),
                ListProcessesResponse::getProcessesList,
                ListProcessesResponse::getNextPageToken);
        out.answer(
                ListProcessesResponse.newBuilder().addAllProcesses(processes).build(),
                () -> processes.isEmpty() ? none() : ProcessText.list(processes));
        return ExitCode.OK;
    }

    private String none() {
        return all
                ? "No such processes. Start one: holdfast process start --help"
                : "No such processes run. Those that have ended: --all. Start one: holdfast process start --help";
    }
}
