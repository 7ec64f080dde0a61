package dev.holdfast.cli.tenant;

import dev.holdfast.cli.connection.Manager;
import dev.holdfast.cli.connection.ManagerCommand;
import dev.holdfast.cli.exit.ExitCode;
import dev.holdfast.cli.output.Output;
import dev.holdfast.proto.admin.v1.CreateTenantRequest;
import dev.holdfast.proto.admin.v1.Tenant;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

@Command(
        name = "create",
        description = "Create a tenant. One that is there already is left as it is.",
        footer = {"", "Example:", "  holdfast tenant create acme"})
final class TenantCreate extends ManagerCommand {
    @Parameters(paramLabel = "NAME", description = "Lower-case letters, digits and hyphens, 1 to 63.")
    private String name = "";

    @Override
    protected int run(Manager manager, Output out) {
        Tenant tenant = manager.tenants()
                .createTenant(CreateTenantRequest.newBuilder().setName(name).build());
        out.answer(tenant, () -> "Tenant " + tenant.getName() + " is there.");
        return ExitCode.OK;
    }
}
