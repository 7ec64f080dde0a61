package dev.holdfast.cli.upgrade;

import picocli.CommandLine.Command;

@Command(
        name = "upgrade",
        description = "Plan, start, watch, steer, list and show upgrades.",
        subcommands = {
            UpgradeCheck.class,
            UpgradePlan.class,
            UpgradeDiff.class,
            UpgradeStart.class,
            UpgradeWatch.class,
            UpgradePause.class,
            UpgradeResume.class,
            UpgradeApprove.class,
            UpgradeAbort.class,
            UpgradeRollback.class,
            UpgradeList.class,
            UpgradeShow.class
        })
public final class UpgradeCommand {}
