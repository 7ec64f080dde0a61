package dev.holdfast.agent.protocol;

import java.nio.ByteBuffer;

/** Skips the body of an HTTP message, RFC 9112, sections 6 and 7. */
final class Http1Body {
    private enum At {
        END,
        LENGTH,
        CLOSE,
        CHUNK_SIZE,
        CHUNK_EXTENSION,
        CHUNK,
        CHUNK_END,
        TRAILER,
        TRAILER_LINE
    }

    private static final int LINE_LIMIT = 65_536;
    private static final int SIZE_DIGITS = 12;

    private At at = At.END;
    private long left;
    private int digits;
    private int lineLength;
    private boolean broken;

    /** Begins one of so many bytes. */
    void beginLength(long length) {
        left = length;
        at = length == 0 ? At.END : At.LENGTH;
    }

    void beginChunked() {
        broken = false;
        beginLine(At.CHUNK_SIZE);
    }

    void beginUntilClose() {
        at = At.CLOSE;
    }

    private void beginLine(At line) {
        at = line;
        left = line == At.CHUNK_SIZE ? 0 : left;
        digits = 0;
        lineLength = 0;
    }

    /** How much of a body of known length has not come. */
    long left() {
        return at == At.LENGTH ? left : 0;
    }

    boolean isUntilClose() {
        return at == At.CLOSE;
    }

    /** Whether what came is none. */
    boolean isBroken() {
        return broken;
    }

    /** Skips what belongs to it; true when it has come to its end or is broken. */
    boolean skip(ByteBuffer in) {
        while (in.hasRemaining() && at != At.END && !broken) {
            switch (at) {
                case LENGTH, CHUNK -> skipData(in);
                case CLOSE -> in.position(in.limit());
                case END, CHUNK_SIZE, CHUNK_EXTENSION, CHUNK_END, TRAILER, TRAILER_LINE -> control(in.get());
            }
        }
        return at == At.END || broken;
    }

    private void skipData(ByteBuffer in) {
        int count = (int) Math.min(left, in.remaining());
        in.position(in.position() + count);
        left -= count;
        if (left == 0) {
            at = at == At.CHUNK ? At.CHUNK_END : At.END;
        }
    }

    private void control(byte b) {
        broken = ++lineLength > LINE_LIMIT;
        switch (at) {
            case CHUNK_SIZE -> size(b);
            case CHUNK_EXTENSION -> {
                if (b == '\n') {
                    endOfSize();
                }
            }
            case CHUNK_END -> {
                if (b == '\n') {
                    beginLine(At.CHUNK_SIZE);
                } else {
                    broken |= b != '\r';
                }
            }
            case TRAILER -> {
                if (b == '\n') {
                    at = At.END;
                } else if (b != '\r') {
                    at = At.TRAILER_LINE;
                }
            }
            case TRAILER_LINE -> at = b == '\n' ? At.TRAILER : At.TRAILER_LINE;
            case END, LENGTH, CLOSE, CHUNK -> broken = true;
        }
    }

    private void size(byte b) {
        int digit = Character.digit(b, 16);
        if (digit >= 0) {
            left = left << 4 | digit;
            broken |= ++digits > SIZE_DIGITS;
        } else if (digits == 0) {
            broken = true;
        } else if (b == '\n') {
            endOfSize();
        } else {
            at = At.CHUNK_EXTENSION;
            broken |= b != '\r' && b != ';' && b != ' ' && b != '\t';
        }
    }

    private void endOfSize() {
        lineLength = 0;
        at = left == 0 ? At.TRAILER : At.CHUNK;
    }
}
