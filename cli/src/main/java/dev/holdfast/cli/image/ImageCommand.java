package dev.holdfast.cli.image;

import picocli.CommandLine.Command;

@Command(
        name = "image",
        description = "Publish, list and show images: programs with a manifest that says how to run and upgrade them.",
        subcommands = {ImagePublish.class, ImageList.class, ImageShow.class})
public final class ImageCommand {}
