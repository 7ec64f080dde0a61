package dev.holdfast.agent.process;

import java.util.Objects;

/** Something about a server process cannot be done; the message tells the operator the cause and the way out. */
public final class ProcessException extends RuntimeException {
    private static final long serialVersionUID = 1;

    public ProcessException(String message) {
        super(message);
    }

    public ProcessException(String message, Throwable cause) {
        super(message, cause);
    }

    @Override
    public String getMessage() {
        return Objects.requireNonNull(super.getMessage());
    }
}
