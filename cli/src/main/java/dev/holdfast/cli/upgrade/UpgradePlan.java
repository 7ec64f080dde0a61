package dev.holdfast.cli.upgrade;

import dev.holdfast.cli.connection.Manager;
import dev.holdfast.cli.connection.ManagerCommand;
import dev.holdfast.cli.exit.ExitCode;
import dev.holdfast.cli.output.Output;
import dev.holdfast.cli.rollout.RolloutOptions;
import java.io.IOException;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

@Command(
        name = "plan",
        description =
                "Show the waves and hosts that an upgrade would go over, and what the agents find there. Nothing is touched.",
        footer = {
            "",
            "Exit code: 0 when upgrade start would be accepted, 8 when a server process cannot be upgraded.",
            "",
            "Examples:",
            "  holdfast upgrade plan -f shop.yaml",
            "  holdfast upgrade plan --tenant acme --image shop:v2 --canary 1 --batch 25%% --soak 10m"
        })
final class UpgradePlan extends ManagerCommand {
    @Mixin
    private RolloutOptions rollout = new RolloutOptions();

    @Override
    protected int run(Manager manager, Output out) throws IOException {
        dev.holdfast.proto.admin.v1.UpgradePlan plan =
                manager.upgrades().planUpgrade(rollout.request().build());
        out.answer(plan, () -> PlanText.of(plan));
        return PlanText.refused(plan) == 0 ? ExitCode.OK : ExitCode.REFUSED;
    }
}
