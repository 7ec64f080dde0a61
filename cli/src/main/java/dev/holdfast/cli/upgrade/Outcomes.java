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

    /** Whoever aborts wants it undone. */
    static int exitCodeOfAbort(Upgrade upgrade) {
        return switch (upgrade.getState()) {
            case STATE_ABORTED, STATE_REVERTED -> ExitCode.OK;
            case STATE_DONE -> ExitCode.REFUSED;
            case STATE_FAILED -> ExitCode.UPGRADE_FAILED;
            case STATE_RUNNING, STATE_UNSPECIFIED, UNRECOGNIZED -> ExitCode.FAILED;
        };
    }

    /** Back within the upgrade it ends reverted; by an upgrade of its own, done. */
    static int exitCodeOfRollback(Upgrade upgrade) {
        return upgrade.getState() == Upgrade.State.STATE_REVERTED ? ExitCode.OK : exitCode(upgrade);
    }

    static boolean isOver(Upgrade upgrade) {
        return switch (upgrade.getState()) {
            case STATE_DONE, STATE_ABORTED, STATE_REVERTED, STATE_FAILED -> true;
            case STATE_RUNNING, STATE_UNSPECIFIED, UNRECOGNIZED -> false;
        };
    }
}
