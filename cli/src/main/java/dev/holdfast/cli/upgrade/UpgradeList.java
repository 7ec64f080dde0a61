package dev.holdfast.cli.upgrade;

import dev.holdfast.cli.connection.Manager;
import dev.holdfast.cli.connection.ManagerCommand;
import dev.holdfast.cli.connection.Pages;
import dev.holdfast.cli.exit.ExitCode;
import dev.holdfast.cli.output.Output;
import dev.holdfast.proto.admin.v1.ListUpgradesRequest;
import dev.holdfast.proto.admin.v1.ListUpgradesResponse;
import dev.holdfast.proto.admin.v1.Upgrade;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

@Command(
        name = "list",
        description = "List upgrades.",
        footer = {"", "Example:", "  holdfast upgrade list --tenant acme"})
final class UpgradeList extends ManagerCommand {
    @Option(names = "--tenant", paramLabel = "T", description = "Only this tenant's.")
    private String tenant = "";

    @Override
    protected int run(Manager manager, Output out) {
        List<Upgrade> upgrades = Pages.all(
                page -> manager.upgrades()
                        .listUpgrades(ListUpgradesRequest.newBuilder()
                                .setTenant(tenant)
                                .setPage(page)
                                .build()),
                ListUpgradesResponse::getUpgradesList,
                ListUpgradesResponse::getNextPageToken);
        out.answer(
                ListUpgradesResponse.newBuilder().addAllUpgrades(upgrades).build(),
                () -> upgrades.isEmpty()
                        ? "No upgrades yet. Start one: holdfast upgrade start --help"
                        : UpgradeText.list(upgrades));
        return ExitCode.OK;
    }
}
