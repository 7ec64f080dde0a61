package dev.holdfast.cli.process;

import dev.holdfast.cli.connection.Manager;
import dev.holdfast.cli.connection.ManagerCommand;
import dev.holdfast.cli.exit.ExitCode;
import dev.holdfast.cli.output.Output;
import dev.holdfast.cli.output.Words;
import dev.holdfast.proto.admin.v1.Process;
import dev.holdfast.proto.admin.v1.Resolution;
import dev.holdfast.proto.admin.v1.ResolveImageRequest;
import dev.holdfast.proto.admin.v1.ResolvedHost;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

@Command(
        name = "resolve",
        description = "Resolve a tenant's image to its hosts, their server processes, the clients of those, and the"
                + " ports between them.",
        footer = {"", "Example:", "  holdfast process resolve --tenant acme --image shop"})
final class ProcessResolve extends ManagerCommand {
    @Option(names = "--tenant", paramLabel = "T", required = true, description = "The tenant's name.")
    private String tenant = "";

    @Option(names = "--image", paramLabel = "N", required = true, description = "The image's name, without a version.")
    private String image = "";

    @Override
    protected int run(Manager manager, Output out) {
        Resolution resolution = manager.processes()
                .resolveImage(ResolveImageRequest.newBuilder()
                        .setTenant(tenant)
                        .setImageName(image)
                        .build());
        out.answer(resolution, () -> text(resolution));
        return ExitCode.OK;
    }

    private static String text(Resolution resolution) {
        List<String> lines = new ArrayList<>();
        lines.add("tenant " + resolution.getTenant() + ", image " + resolution.getImageName());
        for (ResolvedHost host : resolution.getHostsList()) {
            lines.add("  host " + host.getHost());
            host.getProcessesList().forEach(process -> add(process, lines));
        }
        if (resolution.getHostsCount() == 0) {
            lines.add("  runs nowhere; start it: holdfast process start --help");
        }
        return String.join("\n", lines);
    }

    private static void add(Process process, List<String> lines) {
        lines.add("    process %s  %s  %s  pid %d"
                .formatted(
                        process.getId(),
                        ProcessText.image(process),
                        Words.state(process.getState()),
                        process.getPid()));
        process.getPortsList()
                .forEach(port -> lines.add("      port %s  %s"
                        .formatted(
                                ProcessText.address(port),
                                Words.count(port.getConnections(), "connection", "connections"))));
        if (process.getClientsCount() > 0) {
            lines.add(ProcessText.clients(process.getClientsList()).indent(6).stripTrailing());
        }
    }
}
