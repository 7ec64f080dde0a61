package dev.holdfast.cli.upgrade;

import dev.holdfast.cli.connection.Manager;
import dev.holdfast.cli.connection.ManagerCommand;
import dev.holdfast.cli.exit.ExitCode;
import dev.holdfast.cli.option.RequestIdOption;
import dev.holdfast.cli.output.Output;
import dev.holdfast.proto.admin.v1.RollbackUpgradeRequest;
import dev.holdfast.proto.admin.v1.Upgrade;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
        name = "rollback",
        description =
                "Take back what an upgrade has upgraded, with the connections kept. One that runs undoes what is underway"
                        + " and goes back; after one that has ended, an upgrade to the version before is started.",
        footer = {
            "",
            "Exit code with --wait: 0 everything runs what it ran before, otherwise as upgrade start.",
            "",
            "Example:",
            "  holdfast upgrade rollback 0198c0de-1f5e-7c1a-9c1e-2f3a4b5c6d7e --wait"
        })
final class UpgradeRollback extends ManagerCommand {
    @Parameters(paramLabel = "ID", description = "The upgrade's id, from upgrade list.")
    private String id = "";

    @Option(names = "--wait", description = "Show its progress and wait for its end.")
    private boolean wait;

    @Mixin
    private RequestIdOption requestId = new RequestIdOption();

    @Override
    protected int run(Manager manager, Output out) throws InterruptedException {
        Upgrade back = manager.upgrades()
                .rollbackUpgrade(RollbackUpgradeRequest.newBuilder()
                        .setId(id)
                        .setRequestId(requestId.value())
                        .build());
        if (!wait) {
            out.answer(back, () -> UpgradeText.progress(back) + "\nWatch it: holdfast upgrade watch " + back.getId());
            return ExitCode.OK;
        }
        Upgrade ended = new Follower(manager, out).follow(back.getId(), event -> out.say(UpgradeText.event(event)));
        out.answer(ended, () -> UpgradeText.summary(ended));
        return Outcomes.exitCodeOfRollback(ended);
    }
}
