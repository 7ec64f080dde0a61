package dev.holdfast.cli.failure;

import dev.holdfast.cli.exit.ExitCode;
import java.util.List;

/** Ends a command with a message and an exit code. */
public final class CliException extends RuntimeException {
    private final transient Failure failure;

    public CliException(Failure failure) {
        super(failure.message(), null, false, false);
        this.failure = failure;
    }

    /** The user's input is wrong. */
    public static CliException usage(String message) {
        return new CliException(new Failure("USAGE", ExitCode.USAGE, message, List.of(), ""));
    }

    /** The operation was tried and failed. */
    public static CliException failed(String message, String hint) {
        return new CliException(new Failure("FAILED", ExitCode.FAILED, message, List.of(), hint));
    }

    public Failure failure() {
        return failure;
    }
}
