package dev.holdfast.cli.upgrade;

import dev.holdfast.cli.connection.Manager;
import dev.holdfast.cli.connection.ManagerCommand;
import dev.holdfast.cli.connection.Pages;
import dev.holdfast.cli.exit.ExitCode;
import dev.holdfast.cli.output.Output;
import dev.holdfast.cli.output.Table;
import dev.holdfast.cli.output.Words;
import dev.holdfast.proto.admin.v1.ConnectionOutcome;
import dev.holdfast.proto.admin.v1.GetUpgradeRequest;
import dev.holdfast.proto.admin.v1.ListConnectionOutcomesRequest;
import dev.holdfast.proto.admin.v1.ListConnectionOutcomesResponse;
import dev.holdfast.proto.admin.v1.Upgrade;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
        name = "show",
        description = "Show an upgrade with its cycles, or what became of each connection.",
        footer = {
            "",
            "Examples:",
            "  holdfast upgrade show 0198c0de-1f5e-7c1a-9c1e-2f3a4b5c6d7e",
            "  holdfast upgrade show 0198c0de-1f5e-7c1a-9c1e-2f3a4b5c6d7e --connections -o json"
        })
final class UpgradeShow extends ManagerCommand {
    @Parameters(paramLabel = "ID", description = "The upgrade's id, from upgrade list.")
    private String id = "";

    @Option(names = "--connections", description = "List the connections with their outcomes instead.")
    private boolean connections;

    @Override
    protected int run(Manager manager, Output out) {
        if (connections) {
            List<ConnectionOutcome> outcomes = outcomes(manager);
            out.answer(
                    ListConnectionOutcomesResponse.newBuilder()
                            .addAllConnections(outcomes)
                            .build(),
                    () -> text(outcomes));
        } else {
            Upgrade upgrade = manager.upgrades()
                    .getUpgrade(GetUpgradeRequest.newBuilder().setId(id).build());
            out.answer(upgrade, () -> UpgradeText.title(upgrade) + "\n" + UpgradeText.summary(upgrade));
        }
        return ExitCode.OK;
    }

    private List<ConnectionOutcome> outcomes(Manager manager) {
        return Pages.all(
                page -> manager.upgrades()
                        .listConnectionOutcomes(ListConnectionOutcomesRequest.newBuilder()
                                .setUpgradeId(id)
                                .setPage(page)
                                .build()),
                ListConnectionOutcomesResponse::getConnectionsList,
                ListConnectionOutcomesResponse::getNextPageToken);
    }

    private static String text(List<ConnectionOutcome> outcomes) {
        if (outcomes.isEmpty()) {
            return "No connections are reported for this upgrade (yet).";
        }
        Table table = new Table("CLIENT", "SERVER", "OUTCOME", "WAITING", "PAUSED", "REASON");
        outcomes.forEach(outcome -> table.row(
                outcome.getPeer(),
                outcome.getLocal(),
                outcome.getOutcome(),
                Words.bytes(outcome.getBytesWaiting()),
                Words.duration(outcome.getPaused()),
                outcome.getReason()));
        return table.toString();
    }
}
