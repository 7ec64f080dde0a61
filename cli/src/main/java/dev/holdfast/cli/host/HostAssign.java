package dev.holdfast.cli.host;

import dev.holdfast.cli.connection.Manager;
import dev.holdfast.cli.connection.ManagerCommand;
import dev.holdfast.cli.exit.ExitCode;
import dev.holdfast.cli.output.Output;
import dev.holdfast.proto.admin.v1.AssignHostRequest;
import dev.holdfast.proto.admin.v1.Host;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
        name = "assign",
        description = "Let a tenant run processes on a host. Assigning twice changes nothing.",
        footer = {"", "Example:", "  holdfast host assign web1 --tenant acme"})
final class HostAssign extends ManagerCommand {
    @Parameters(paramLabel = "HOST", description = "The host's name.")
    private String name = "";

    @Option(names = "--tenant", paramLabel = "T", required = true, description = "The tenant's name.")
    private String tenant = "";

    @Override
    protected int run(Manager manager, Output out) {
        Host host = manager.hosts()
                .assignHost(AssignHostRequest.newBuilder()
                        .setName(name)
                        .setTenant(tenant)
                        .build());
        out.answer(host, () -> "Host " + host.getName() + " serves " + String.join(", ", host.getTenantsList()) + ".");
        return ExitCode.OK;
    }
}
