package dev.holdfast.acceptance.load;

/** Bytes came that are no answer of the protocol. The connection cannot be used any more. */
public final class MalformedAnswerException extends RuntimeException {
    private static final long serialVersionUID = 1;

    public MalformedAnswerException(String message) {
        super(message);
    }
}
