package dev.holdfast.cli.upgrade;

import dev.holdfast.cli.connection.Manager;
import dev.holdfast.cli.connection.ManagerCommand;
import dev.holdfast.cli.output.Output;
import dev.holdfast.proto.admin.v1.Upgrade;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

@Command(
        name = "watch",
        description =
                "Show an upgrade's progress from its beginning to its end. With -o json one event a line, the last"
                        + " with the whole upgrade.",
        footer = {
            "",
            "Exit code: 0 done, 3 reverted, 4 aborted, 5 failed.",
            "",
            "Example:",
            "  holdfast upgrade watch 0198c0de-1f5e-7c1a-9c1e-2f3a4b5c6d7e"
        })
final class UpgradeWatch extends ManagerCommand {
    @Parameters(paramLabel = "ID", description = "The upgrade's id, from upgrade list.")
    private String id = "";

    @Override
    protected int run(Manager manager, Output out) throws InterruptedException {
        Upgrade ended = new Follower(manager, out).follow(id, event -> out.item(event, () -> UpgradeText.event(event)));
        out.say(UpgradeText.summary(ended));
        return Outcomes.exitCode(ended);
    }
}
