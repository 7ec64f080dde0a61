package dev.holdfast.agent.protocol;

import java.nio.ByteBuffer;

/** A number on a line of its own, read as it comes. */
final class Decimal {
    private static final int DIGITS = 15;

    private long value;
    private int digits;
    private boolean negative;
    private boolean streamed;
    private boolean ended;
    private boolean broken;

    void begin() {
        value = 0;
        digits = 0;
        negative = false;
        streamed = false;
        ended = false;
        broken = false;
    }

    /** Reads up to the line's end; true when that has come, or what came is no number. */
    boolean read(ByteBuffer in) {
        while (in.hasRemaining() && !broken) {
            byte b = in.get();
            if (b == '\n') {
                broken = digits == 0 && !streamed;
                return true;
            }
            add(b);
        }
        return broken;
    }

    private void add(byte b) {
        if (b == '\r') {
            broken = ended;
            ended = true;
        } else if (ended || streamed || digits == DIGITS) {
            broken = true;
        } else if (b >= '0' && b <= '9') {
            value = value * 10 + b - '0';
            digits++;
        } else if (b == '-' && digits == 0 && !negative) {
            negative = true;
        } else {
            streamed = b == '?' && digits == 0 && !negative;
            broken = !streamed;
        }
    }

    boolean isBroken() {
        return broken;
    }

    /** Whether it is a question mark: how much comes is not known yet. */
    boolean isStreamed() {
        return streamed;
    }

    long value() {
        return negative ? -value : value;
    }
}
