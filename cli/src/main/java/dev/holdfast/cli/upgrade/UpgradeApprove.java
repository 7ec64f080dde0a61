package dev.holdfast.cli.upgrade;

import dev.holdfast.cli.connection.Manager;
import dev.holdfast.cli.connection.ManagerCommand;
import dev.holdfast.cli.exit.ExitCode;
import dev.holdfast.cli.output.Output;
import dev.holdfast.proto.admin.v1.ApproveUpgradeRequest;
import dev.holdfast.proto.admin.v1.Upgrade;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
        name = "approve",
        description = "Let the wave begin that waits for its approval.",
        footer = {
            "",
            "Exit code: 8 when no wave waits, or another one than --wave.",
            "",
            "Example:",
            "  holdfast upgrade approve 0198c0de-1f5e-7c1a-9c1e-2f3a4b5c6d7e --wave 2"
        })
final class UpgradeApprove extends ManagerCommand {
    @Parameters(paramLabel = "ID", description = "The upgrade's id, from upgrade list.")
    private String id = "";

    @Option(names = "--wave", paramLabel = "N", description = "Only if it is this one that waits.")
    private int wave;

    @Override
    protected int run(Manager manager, Output out) {
        Upgrade approved = manager.upgrades()
                .approveUpgrade(ApproveUpgradeRequest.newBuilder()
                        .setId(id)
                        .setWave(wave)
                        .build());
        out.answer(approved, () -> UpgradeText.progress(approved));
        return ExitCode.OK;
    }
}
