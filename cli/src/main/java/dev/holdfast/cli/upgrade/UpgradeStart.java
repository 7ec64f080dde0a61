package dev.holdfast.cli.upgrade;

import dev.holdfast.cli.connection.Manager;
import dev.holdfast.cli.connection.ManagerCommand;
import dev.holdfast.cli.exit.ExitCode;
import dev.holdfast.cli.option.RequestIdOption;
import dev.holdfast.cli.output.Output;
import dev.holdfast.cli.rollout.RolloutOptions;
import dev.holdfast.proto.admin.v1.Upgrade;
import java.io.IOException;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

@Command(
        name = "start",
        description = "Upgrade a tenant's processes of an image to a version while their clients stay connected.",
        footer = {
            "",
            "Exit code with --wait: 0 done, 3 reverted (the old image runs again, with the same connections),",
            "4 aborted (undone; the old process never stopped), 5 failed. Without: 0 when it is accepted.",
            "8 when it is refused: another one runs, or the agents found that a server process cannot be upgraded",
            "(see upgrade check).",
            "",
            "Examples:",
            "  holdfast upgrade start --tenant acme --image shop:v2 --wait",
            "  holdfast upgrade start --tenant acme --image shop:v2 --canary 1 --batch 25%% --soak 10m --auto-rollback",
            "  holdfast upgrade start -f shop.yaml --wait",
            "  holdfast upgrade start --tenant acme --image shop:v2 --request-id $(uuidgen) -o json"
        })
final class UpgradeStart extends ManagerCommand {
    @Mixin
    private RolloutOptions rollout = new RolloutOptions();

    @Option(names = "--wait", description = "Show its progress and wait for its end.")
    private boolean wait;

    @Mixin
    private RequestIdOption requestId = new RequestIdOption();

    @Override
    protected int run(Manager manager, Output out) throws IOException, InterruptedException {
        Upgrade started = manager.upgrades()
                .startUpgrade(rollout.request().setRequestId(requestId.value()).build());
        if (!wait) {
            out.answer(
                    started,
                    () -> UpgradeText.title(started) + "\nWatch it: holdfast upgrade watch " + started.getId());
            return ExitCode.OK;
        }
        out.say(UpgradeText.title(started));
        Upgrade ended = new Follower(manager, out).follow(started.getId(), event -> out.say(UpgradeText.event(event)));
        out.answer(ended, () -> UpgradeText.summary(ended));
        return Outcomes.exitCode(ended);
    }
}
