package dev.holdfast.cli.image;

import dev.holdfast.cli.connection.Manager;
import dev.holdfast.cli.connection.ManagerCommand;
import dev.holdfast.cli.exit.ExitCode;
import dev.holdfast.cli.output.Output;
import dev.holdfast.cli.output.Words;
import dev.holdfast.proto.admin.v1.GetImageRequest;
import dev.holdfast.proto.admin.v1.Image;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
        name = "show",
        description = "Show one image with its manifest.",
        footer = {"", "Example:", "  holdfast image show shop:v2 --tenant acme"})
final class ImageShow extends ManagerCommand {
    @Parameters(paramLabel = "NAME:VERSION", converter = ImageRef.Converter.class, description = "The image.")
    private ImageRef image = new ImageRef("", "");

    @Option(names = "--tenant", paramLabel = "T", required = true, description = "The tenant's name.")
    private String tenant = "";

    @Override
    protected int run(Manager manager, Output out) {
        Image found = manager.images()
                .getImage(GetImageRequest.newBuilder()
                        .setTenant(tenant)
                        .setName(image.name())
                        .setVersion(image.version())
                        .build());
        out.answer(found, () -> text(found));
        return ExitCode.OK;
    }

    private static String text(Image image) {
        return """
                image      %s:%s
                tenant     %s
                published  %s
                bundle     %s
                manifest
                %s""".formatted(
                        image.getName(),
                        image.getVersion(),
                        image.getTenant(),
                        Words.time(image.getCreateTime()),
                        image.getBundleDigest().isEmpty()
                                ? "none"
                                : Words.bytes(image.getBundleSizeBytes()) + ", " + image.getBundleDigest(),
                        image.getManifest().strip().indent(2).stripTrailing());
    }
}
