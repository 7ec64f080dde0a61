package dev.holdfast.cli.upgrade;

import dev.holdfast.cli.connection.Manager;
import dev.holdfast.cli.connection.ManagerCommand;
import dev.holdfast.cli.exit.ExitCode;
import dev.holdfast.cli.image.ImageRef;
import dev.holdfast.cli.output.Output;
import dev.holdfast.cli.rollout.RolloutOptions;
import dev.holdfast.proto.admin.v1.CheckUpgradeRequest;
import dev.holdfast.proto.admin.v1.CheckUpgradeResponse;
import dev.holdfast.proto.admin.v1.StartUpgradeRequest;
import java.io.IOException;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

@Command(
        name = "check",
        description =
                "Ask the agents whether an upgrade could be done, and why not. Nothing is touched; upgrade start asks"
                        + " the same before it starts.",
        footer = {
            "",
            "Exit code: 0 when nothing is refused (warnings do not refuse), 8 when something is.",
            "",
            "Example:",
            "  holdfast upgrade check --tenant acme --image shop:v2"
        })
final class UpgradeCheck extends ManagerCommand {
    @Mixin
    private RolloutOptions rollout = new RolloutOptions();

    @Override
    protected int run(Manager manager, Output out) throws IOException {
        StartUpgradeRequest request = rollout.request().build();
        ImageRef image = new ImageRef(request.getImageName(), request.getImageVersion());
        CheckUpgradeResponse found = manager.upgrades()
                .checkUpgrade(CheckUpgradeRequest.newBuilder()
                        .setTenant(request.getTenant())
                        .setImageName(request.getImageName())
                        .setImageVersion(request.getImageVersion())
                        .setRollout(request.getRollout())
                        .build());
        out.answer(found, () -> CheckText.of(image, found.getProcessesList()));
        return CheckText.refused(found.getProcessesList()) == 0 ? ExitCode.OK : ExitCode.REFUSED;
    }
}
