package dev.holdfast.cli.image;

import dev.holdfast.cli.connection.Manager;
import dev.holdfast.cli.connection.ManagerCommand;
import dev.holdfast.cli.connection.Pages;
import dev.holdfast.cli.exit.ExitCode;
import dev.holdfast.cli.output.Output;
import dev.holdfast.cli.output.Table;
import dev.holdfast.cli.output.Words;
import dev.holdfast.proto.admin.v1.Image;
import dev.holdfast.proto.admin.v1.ListImagesRequest;
import dev.holdfast.proto.admin.v1.ListImagesResponse;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

@Command(
        name = "list",
        description = "List a tenant's images.",
        footer = {
            "",
            "Examples:",
            "  holdfast image list --tenant acme",
            "  holdfast image list --tenant acme --name shop"
        })
final class ImageList extends ManagerCommand {
    @Option(names = "--tenant", paramLabel = "T", required = true, description = "The tenant's name.")
    private String tenant = "";

    @Option(names = "--name", paramLabel = "N", description = "Only the versions of this image.")
    private String name = "";

    @Override
    protected int run(Manager manager, Output out) {
        List<Image> images = Pages.all(
                page -> manager.images()
                        .listImages(ListImagesRequest.newBuilder()
                                .setTenant(tenant)
                                .setName(name)
                                .setPage(page)
                                .build()),
                ListImagesResponse::getImagesList,
                ListImagesResponse::getNextPageToken);
        out.answer(ListImagesResponse.newBuilder().addAllImages(images).build(), () -> text(images));
        return ExitCode.OK;
    }

    private static String text(List<Image> images) {
        if (images.isEmpty()) {
            return "No such images. Publish one: holdfast image publish --help";
        }
        Table table = new Table("IMAGE", "BUNDLE", "SIZE", "PUBLISHED");
        images.forEach(image -> table.row(
                image.getName() + ":" + image.getVersion(),
                image.getBundleDigest().isEmpty()
                        ? ""
                        : image.getBundleDigest()
                                .substring(
                                        0, Math.min(19, image.getBundleDigest().length())),
                image.getBundleDigest().isEmpty() ? "" : Words.bytes(image.getBundleSizeBytes()),
                Words.time(image.getCreateTime())));
        return table.toString();
    }
}
