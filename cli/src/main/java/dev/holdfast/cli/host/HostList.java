package dev.holdfast.cli.host;

import dev.holdfast.cli.connection.Manager;
import dev.holdfast.cli.connection.ManagerCommand;
import dev.holdfast.cli.connection.Pages;
import dev.holdfast.cli.exit.ExitCode;
import dev.holdfast.cli.output.Output;
import dev.holdfast.cli.output.Table;
import dev.holdfast.cli.output.Words;
import dev.holdfast.proto.admin.v1.Host;
import dev.holdfast.proto.admin.v1.ListHostsRequest;
import dev.holdfast.proto.admin.v1.ListHostsResponse;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

@Command(
        name = "list",
        description = "List the hosts, each of which runs an agent.",
        footer = {"", "Examples:", "  holdfast host list", "  holdfast host list --tenant acme -o json"})
final class HostList extends ManagerCommand {
    @Option(names = "--tenant", paramLabel = "T", description = "Only the hosts assigned to this tenant.")
    private String tenant = "";

    @Override
    protected int run(Manager manager, Output out) {
        List<Host> hosts = Pages.all(
                page -> manager.hosts()
                        .listHosts(ListHostsRequest.newBuilder()
                                .setTenant(tenant)
                                .setPage(page)
                                .build()),
                ListHostsResponse::getHostsList,
                ListHostsResponse::getNextPageToken);
        out.answer(ListHostsResponse.newBuilder().addAllHosts(hosts).build(), () -> text(hosts));
        return ExitCode.OK;
    }

    private String text(List<Host> hosts) {
        if (hosts.isEmpty()) {
            return tenant.isEmpty()
                    ? "No hosts yet. An agent brings its host: holdfast agent --manager HOST:PORT"
                    : "Tenant " + tenant + " has no hosts. Assign one: holdfast host assign HOST --tenant " + tenant;
        }
        Table table = new Table("HOST", "AGENT", "TENANTS", "ADDRESSES", "CORES", "MEMORY", "LAST SEEN");
        hosts.forEach(host -> table.row(
                host.getName(),
                host.getConnected() ? "connected" : "away",
                String.join(",", host.getTenantsList()),
                String.join(",", host.getAddressesList()),
                host.getCores(),
                Words.bytes(host.getMemoryBytes()),
                Words.time(host.getLastSeenTime())));
        return table.toString();
    }
}
