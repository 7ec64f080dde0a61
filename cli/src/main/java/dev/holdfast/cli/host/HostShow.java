package dev.holdfast.cli.host;

import dev.holdfast.cli.connection.Manager;
import dev.holdfast.cli.connection.ManagerCommand;
import dev.holdfast.cli.exit.ExitCode;
import dev.holdfast.cli.output.Output;
import dev.holdfast.proto.admin.v1.GetHostRequest;
import dev.holdfast.proto.admin.v1.Host;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

@Command(
        name = "show",
        description = "Show one host.",
        footer = {"", "Example:", "  holdfast host show web1"})
final class HostShow extends ManagerCommand {
    @Parameters(paramLabel = "HOST", description = "The host's name.")
    private String name = "";

    @Override
    protected int run(Manager manager, Output out) {
        Host host = manager.hosts()
                .getHost(GetHostRequest.newBuilder().setName(name).build());
        out.answer(host, () -> HostText.of(host));
        return ExitCode.OK;
    }
}
