package dev.holdfast.agent.protocol;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/** One reply of RESP2 or RESP3, with all that is nested in it. */
final class RespReply {
    private static final int LINE_LIMIT = 65_536;
    private static final int TEXT = 12;

    private enum At {
        TYPE,
        LINE,
        NUMBER,
        DATA,
        CHUNK
    }

    private final Decimal number = new Decimal();
    private final RespNesting nesting = new RespNesting();
    /** The beginning of the first line or string: what an unasked reply is, it says there. */
    private final byte[] text = new byte[TEXT];

    private int textLength;
    private At at = At.TYPE;
    private byte first;
    private byte type;
    private long left;
    private int lineLength;
    private boolean streamedString;
    private boolean within;
    private boolean broken;

    void begin() {
        nesting.clear();
        at = At.TYPE;
        first = 0;
        within = false;
        textLength = 0;
        streamedString = false;
        broken = false;
    }

    /** Reads up to its end; true when that has come, or what came is none. */
    boolean read(ByteBuffer in) {
        while (in.hasRemaining() && !broken) {
            boolean value = switch (at) {
                case TYPE -> type(in.get());
                case LINE -> line(in);
                case NUMBER -> number(in);
                case DATA -> data(in);
                case CHUNK -> chunk(in.get());
            };
            if (value && !broken) {
                at = At.TYPE;
                if (nesting.valueEnded()) {
                    return true;
                }
            }
        }
        return broken;
    }

    private boolean type(byte b) {
        type = b;
        within = true;
        if (nesting.isEmpty() && b != '|') {
            first = b;
            textLength = 0;
        }
        switch (b) {
            case '+', '-', ':', '_', '#', ',', '(' -> {
                lineLength = 0;
                at = At.LINE;
            }
            case '$', '!', '=', '*', '~', '>', '%', '|' -> {
                number.begin();
                at = At.NUMBER;
            }
            case '.' -> {
                lineLength = 0;
                broken = !nesting.endStreamed();
                at = At.LINE;
            }
            default -> broken = true;
        }
        return false;
    }

    private boolean line(ByteBuffer in) {
        while (in.hasRemaining()) {
            byte b = in.get();
            if (b == '\n') {
                return true;
            }
            keep(b);
            if (++lineLength > LINE_LIMIT) {
                broken = true;
                return false;
            }
        }
        return false;
    }

    private boolean number(ByteBuffer in) {
        if (!number.read(in)) {
            return false;
        }
        broken = number.isBroken();
        long value = number.value();
        return switch (type) {
            case '$', '!', '=', ';' -> string(value);
            default -> aggregate(value);
        };
    }

    private boolean string(long size) {
        if (number.isStreamed()) {
            broken |= streamedString || type != '$';
            streamedString = true;
            at = At.CHUNK;
            return false;
        }
        if (streamedString && size <= 0) {
            broken |= size < 0;
            streamedString = false;
            return true;
        }
        left = size + 2;
        at = At.DATA;
        return size < 0;
    }

    private boolean aggregate(long count) {
        long elements = type == '%' || type == '|' ? count * 2 : count;
        if (number.isStreamed()) {
            broken |= type == '|' || !nesting.begin(RespNesting.STREAMED, false);
        } else if (count > 0) {
            broken |= !nesting.begin(elements, type == '|');
        }
        at = At.TYPE;
        return !number.isStreamed() && count <= 0 && type != '|';
    }

    private boolean data(ByteBuffer in) {
        int count = (int) Math.min(left, in.remaining());
        for (int i = 0; i < Math.min(count, left - 2) && textLength < TEXT; i++) {
            keep(in.get(in.position() + i));
        }
        in.position(in.position() + count);
        left -= count;
        at = left > 0 ? At.DATA : At.CHUNK;
        return left == 0 && !streamedString;
    }

    /** The next piece of a streamed string. */
    private boolean chunk(byte b) {
        broken = b != ';';
        type = b;
        number.begin();
        at = At.NUMBER;
        return false;
    }

    private void keep(byte b) {
        if (textLength < TEXT) {
            text[textLength++] = b;
        }
    }

    boolean isBroken() {
        return broken;
    }

    boolean isWithin() {
        return within;
    }

    boolean isPush() {
        return first == '>';
    }

    boolean isError() {
        return first == '-' || first == '!';
    }

    private String text() {
        return new String(text, 0, textLength, StandardCharsets.ISO_8859_1);
    }

    /** Whether it is what RESP2 sends to who has subscribed. */
    boolean isMessage() {
        return first == '*'
                && (text().startsWith("message") || text().startsWith("pmessage") || text().startsWith("smessage"));
    }

    /** Whether it is what is sent to who monitors: a time with its microseconds. */
    boolean isTimestamp() {
        return first == '+' && textLength == TEXT && text().matches("\\d{10}\\.\\d");
    }
}
