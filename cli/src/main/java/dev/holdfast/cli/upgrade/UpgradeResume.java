package dev.holdfast.cli.upgrade;

import dev.holdfast.cli.connection.Manager;
import dev.holdfast.cli.connection.ManagerCommand;
import dev.holdfast.cli.exit.ExitCode;
import dev.holdfast.cli.output.Output;
import dev.holdfast.proto.admin.v1.ResumeUpgradeRequest;
import dev.holdfast.proto.admin.v1.Upgrade;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

@Command(
        name = "resume",
        description = "Go on with a paused upgrade. One that is not paused stays as it is.",
        footer = {"", "Example:", "  holdfast upgrade resume 0198c0de-1f5e-7c1a-9c1e-2f3a4b5c6d7e"})
final class UpgradeResume extends ManagerCommand {
    @Parameters(paramLabel = "ID", description = "The upgrade's id, from upgrade list.")
    private String id = "";

    @Override
    protected int run(Manager manager, Output out) {
        Upgrade resumed = manager.upgrades()
                .resumeUpgrade(ResumeUpgradeRequest.newBuilder().setId(id).build());
        out.answer(resumed, () -> UpgradeText.progress(resumed));
        return ExitCode.OK;
    }
}
