package dev.holdfast.agent.takeover;

/** A step of a takeover could not be done; the message says which and why. */
public final class TakeoverException extends RuntimeException {
    private static final long serialVersionUID = 1;

    public TakeoverException(String message) {
        super(message);
    }
}
