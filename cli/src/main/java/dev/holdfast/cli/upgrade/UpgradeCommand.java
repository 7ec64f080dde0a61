package dev.holdfast.cli.upgrade;

import picocli.CommandLine.Command;

@Command(
        name = "upgrade",
        description = "Check, start, watch, abort, list and show upgrades.",
        subcommands = {
            UpgradeCheck.class,
            UpgradeStart.class,
            UpgradeWatch.class,
            UpgradeAbort.class,
            UpgradeList.class,
            UpgradeShow.class
        })
public final class UpgradeCommand {}
