package dev.holdfast.cli.upgrade;

import picocli.CommandLine.Command;

@Command(
        name = "upgrade",
        description = "Start, watch, list and show upgrades.",
        subcommands = {UpgradeStart.class, UpgradeWatch.class, UpgradeList.class, UpgradeShow.class})
public final class UpgradeCommand {}
