package dev.holdfast.cli.upgrade;

import dev.holdfast.cli.exit.ExitCode;
import dev.holdfast.proto.admin.v1.Upgrade;

/** What an upgrade's end means to the shell. */
final class Outcomes {
    private Outcomes() {}

    static int exitCode(Upgrade upgrade) {
        return switch (upgrade.getState()) {
            case STATE_DONE -> ExitCode.OK;
            case STATE_REVERTED -> ExitCode.UPGRADE_REVERTED;
            case STATE_ABORTED -> ExitCode.UPGRADE_ABORTED;
            case STATE_FAILED -> ExitCode.UPGRADE_FAILED;
            case STATE_RUNNING, STATE_UNSPECIFIED, UNRECOGNIZED -> ExitCode.FAILED;
        };
    }
}
