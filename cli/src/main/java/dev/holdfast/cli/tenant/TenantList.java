package dev.holdfast.cli.tenant;

import dev.holdfast.cli.connection.Manager;
import dev.holdfast.cli.connection.ManagerCommand;
import dev.holdfast.cli.connection.Pages;
import dev.holdfast.cli.exit.ExitCode;
import dev.holdfast.cli.output.Output;
import dev.holdfast.cli.output.Table;
import dev.holdfast.cli.output.Words;
import dev.holdfast.proto.admin.v1.ListTenantsRequest;
import dev.holdfast.proto.admin.v1.ListTenantsResponse;
import dev.holdfast.proto.admin.v1.Tenant;
import java.util.List;
import picocli.CommandLine.Command;

@Command(
        name = "list",
        description = "List the tenants.",
        footer = {"", "Example:", "  holdfast tenant list -o json"})
final class TenantList extends ManagerCommand {
    @Override
    protected int run(Manager manager, Output out) {
        List<Tenant> tenants = Pages.all(
                page -> manager.tenants()
                        .listTenants(
                                ListTenantsRequest.newBuilder().setPage(page).build()),
                ListTenantsResponse::getTenantsList,
                ListTenantsResponse::getNextPageToken);
        out.answer(ListTenantsResponse.newBuilder().addAllTenants(tenants).build(), () -> text(tenants));
        return ExitCode.OK;
    }

    private static String text(List<Tenant> tenants) {
        if (tenants.isEmpty()) {
            return "No tenants yet. Make one: holdfast tenant create NAME";
        }
        Table table = new Table("TENANT", "CREATED");
        tenants.forEach(tenant -> table.row(tenant.getName(), Words.time(tenant.getCreateTime())));
        return table.toString();
    }
}
