package dev.holdfast.cli.upgrade;

import dev.holdfast.cli.connection.Manager;
import dev.holdfast.cli.connection.ManagerCommand;
import dev.holdfast.cli.exit.ExitCode;
import dev.holdfast.cli.output.Output;
import dev.holdfast.proto.admin.v1.AbortUpgradeRequest;
import dev.holdfast.proto.admin.v1.Upgrade;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
        name = "abort",
        description =
                "Begin nothing more of an upgrade and undo what is underway, whatever it is at. Server processes whose"
                        + " cycles have ended stay as they are. Aborting twice, or an upgrade that has ended, changes nothing.",
        footer = {
            "",
            "A host that is away undoes its cycle when it is back; if it is gone for good: holdfast host forget HOST.",
            "",
            "Exit code, with --wait or when the upgrade has ended before: 0 undone (aborted or reverted), 5 failed,",
            "8 it came too late (every server process was upgraded). Without: 0 when it is accepted.",
            "",
            "Example:",
            "  holdfast upgrade abort 0198c0de-1f5e-7c1a-9c1e-2f3a4b5c6d7e --wait"
        })
final class UpgradeAbort extends ManagerCommand {
    @Parameters(paramLabel = "ID", description = "The upgrade's id, from upgrade list.")
    private String id = "";

    @Option(names = "--wait", description = "Show its progress and wait for its end.")
    private boolean wait;

    @Override
    protected int run(Manager manager, Output out) throws InterruptedException {
        Upgrade aborted = manager.upgrades()
                .abortUpgrade(AbortUpgradeRequest.newBuilder().setId(id).build());
        boolean isOver = Outcomes.isOver(aborted);
        if (!isOver && !wait) {
            out.answer(
                    aborted,
                    () -> UpgradeText.title(aborted) + "\n" + UpgradeText.underway(aborted)
                            + "\nWatch it: holdfast upgrade watch " + aborted.getId());
            return ExitCode.OK;
        }
        Upgrade ended =
                isOver ? aborted : new Follower(manager, out).follow(id, event -> out.say(UpgradeText.event(event)));
        out.answer(ended, () -> UpgradeText.summary(ended));
        return Outcomes.exitCodeOfAbort(ended);
    }
}
