package dev.holdfast.agent.protocol;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** A line, gathered from as many pieces as it comes in; without its end, which is LF or CR LF. */
final class TextLine {
    private static final int SMALL = 128;

    private final int limit;
    private byte @Nullable [] bytes;
    private int length;
    private boolean whole;
    private boolean tooLong;

    TextLine(int limit) {
        this.limit = limit;
    }

    /** Takes bytes up to the line's end; true when that has come, or the line {@link #isTooLong}. */
    boolean read(ByteBuffer in) {
        if (whole || tooLong) {
            clear();
        }
        int from = in.position();
        int to = Math.min(in.limit(), from + limit - length);
        int at = from;
        while (at < to && in.get(at) != '\n') {
            at++;
        }
        append(in, at - from);
        if (!in.hasRemaining()) {
            return false;
        }
        tooLong = in.get(at) != '\n';
        whole = !tooLong;
        if (whole) {
            in.position(at + 1);
            if (length > 0 && byteAt(length - 1) == '\r') {
                length--;
            }
        }
        return true;
    }

    private void append(ByteBuffer in, int count) {
        byte[] room = bytes == null ? new byte[SMALL] : bytes;
        if (room.length < length + count) {
            room = Arrays.copyOf(room, Math.min(limit, Integer.highestOneBit(length + count) * 2));
        }
        in.get(room, length, count);
        length += count;
        bytes = room;
    }

    /** Whether it has come to the limit without an end. */
    boolean isTooLong() {
        return tooLong;
    }

    /** Begins a new one, and does not keep the room of a long one. */
    void clear() {
        length = 0;
        whole = false;
        tooLong = false;
        if (bytes != null && bytes.length > 8 * SMALL) {
            bytes = null;
        }
    }

    int length() {
        return length;
    }

    byte byteAt(int index) {
        return bytes == null ? 0 : bytes[index];
    }

    int indexOf(char c, int from) {
        int at = from;
        while (at < length && byteAt(at) != c) {
            at++;
        }
        return at;
    }

    /** Whether it begins with a text, whatever the case of letters. */
    boolean startsWith(String lowerCase) {
        if (length < lowerCase.length()) {
            return false;
        }
        int at = 0;
        while (at < lowerCase.length() && Character.toLowerCase((char) byteAt(at)) == lowerCase.charAt(at)) {
            at++;
        }
        return at == lowerCase.length();
    }

    String text(int from, int to) {
        return bytes == null ? "" : new String(bytes, from, to - from, StandardCharsets.ISO_8859_1);
    }
}
