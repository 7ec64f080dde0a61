package dev.holdfast.cli.exit;

/** Exit codes of every command; docs/cli.md lists them for users. */
public final class ExitCode {
    public static final int OK = 0;
    /** The operation failed for a reason that has no code of its own. */
    public static final int FAILED = 1;
    /** The command line, a manifest, a bundle or a value in them is wrong. */
    public static final int USAGE = 2;
    /** The upgrade ended: the old image runs again. */
    public static final int UPGRADE_REVERTED = 3;
    /** The upgrade ended: undone before the old process was stopped. */
    public static final int UPGRADE_ABORTED = 4;
    /** The upgrade ended: neither image runs on some host. */
    public static final int UPGRADE_FAILED = 5;
    /** What was named does not exist. */
    public static final int NOT_FOUND = 6;
    /** The manager cannot be reached, or did not answer in time. */
    public static final int UNREACHABLE = 7;
    /** Right, but not now: something else is in the way. */
    public static final int REFUSED = 8;

    /** There are differences. */
    public static final int DIFFERENT = 10;

    private ExitCode() {}
}
