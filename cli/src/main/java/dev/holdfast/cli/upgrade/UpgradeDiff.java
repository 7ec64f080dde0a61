package dev.holdfast.cli.upgrade;

import dev.holdfast.cli.connection.Manager;
import dev.holdfast.cli.connection.ManagerCommand;
import dev.holdfast.cli.exit.ExitCode;
import dev.holdfast.cli.output.Output;
import dev.holdfast.cli.rollout.RolloutOptions;
import dev.holdfast.proto.admin.v1.GetImageRequest;
import dev.holdfast.proto.admin.v1.Image;
import dev.holdfast.proto.admin.v1.StartUpgradeRequest;
import dev.holdfast.proto.admin.v1.UpgradePlan;
import java.io.IOException;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

@Command(
        name = "diff",
        description =
                "Show what an upgrade would change against what runs: versions by host, and the manifests' differences.",
        footer = {
            "",
            "Exit code: 0 when nothing differs, 10 when something does.",
            "",
            "Example:",
            "  holdfast upgrade diff -f shop.yaml"
        })
final class UpgradeDiff extends ManagerCommand {
    @Mixin
    private RolloutOptions rollout = new RolloutOptions();

    @Override
    protected int run(Manager manager, Output out) throws IOException {
        StartUpgradeRequest request = rollout.request().build();
        UpgradePlan plan = manager.upgrades().planUpgrade(request);
        out.answer(
                plan, () -> DiffText.of(plan, request.getImageVersion(), version -> image(manager, request, version)));
        return plan.getWavesCount() == 0 ? ExitCode.OK : ExitCode.DIFFERENT;
    }

    private static Image image(Manager manager, StartUpgradeRequest request, String version) {
        return manager.images()
                .getImage(GetImageRequest.newBuilder()
                        .setTenant(request.getTenant())
                        .setName(request.getImageName())
                        .setVersion(version)
                        .build());
    }
}
