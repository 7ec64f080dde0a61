package dev.holdfast.cli.upgrade;

import dev.holdfast.cli.connection.Manager;
import dev.holdfast.cli.connection.ManagerCommand;
import dev.holdfast.cli.exit.ExitCode;
import dev.holdfast.cli.output.Output;
import dev.holdfast.proto.admin.v1.PauseUpgradeRequest;
import dev.holdfast.proto.admin.v1.Upgrade;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

@Command(
        name = "pause",
        description = "Begin no host of an upgrade until it is resumed. What is underway goes on to its end.",
        footer = {"", "Example:", "  holdfast upgrade pause 0198c0de-1f5e-7c1a-9c1e-2f3a4b5c6d7e"})
final class UpgradePause extends ManagerCommand {
    @Parameters(paramLabel = "ID", description = "The upgrade's id, from upgrade list.")
    private String id = "";

    @Override
    protected int run(Manager manager, Output out) {
        Upgrade paused = manager.upgrades()
                .pauseUpgrade(PauseUpgradeRequest.newBuilder().setId(id).build());
        out.answer(paused, () -> UpgradeText.progress(paused));
        return paused.hasPauseTime() ? ExitCode.OK : ExitCode.REFUSED;
    }
}
