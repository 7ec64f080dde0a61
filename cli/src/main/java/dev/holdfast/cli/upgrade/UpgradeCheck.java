package dev.holdfast.cli.upgrade;

import dev.holdfast.cli.connection.Manager;
import dev.holdfast.cli.connection.ManagerCommand;
import dev.holdfast.cli.exit.ExitCode;
import dev.holdfast.cli.image.ImageRef;
import dev.holdfast.cli.output.Output;
import dev.holdfast.proto.admin.v1.CheckUpgradeRequest;
import dev.holdfast.proto.admin.v1.CheckUpgradeResponse;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

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
    @Option(names = "--tenant", paramLabel = "T", required = true, description = "The tenant's name.")
    private String tenant = "";

    @Option(
            names = "--image",
            paramLabel = "N:V",
            required = true,
            converter = ImageRef.Converter.class,
            description = "The image and the version to upgrade to, as shop:v2.")
    private ImageRef image = new ImageRef("", "");

    @Override
    protected int run(Manager manager, Output out) {
        CheckUpgradeResponse found = manager.upgrades()
                .checkUpgrade(CheckUpgradeRequest.newBuilder()
                        .setTenant(tenant)
                        .setImageName(image.name())
                        .setImageVersion(image.version())
                        .build());
        out.answer(found, () -> CheckText.of(image, found.getProcessesList()));
        return CheckText.refused(found.getProcessesList()) == 0 ? ExitCode.OK : ExitCode.REFUSED;
    }
}
