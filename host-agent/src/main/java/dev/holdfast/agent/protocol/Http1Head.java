package dev.holdfast.agent.protocol;

import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** What the header of an HTTP message says of the length of its body, RFC 9112, section 6.3. */
final class Http1Head {
    /** Of a header, in bytes: more than servers and clients take. */
    static final int LIMIT = 65_536;

    private static final long NONE = -1;
    private static final int LENGTH_DIGITS = 15;

    private int size;
    private long length = NONE;
    private boolean encoded;
    private boolean chunked;
    private boolean broken;
    private boolean framing;
    private String upgrade = "";

    void begin() {
        size = 0;
        length = NONE;
        encoded = false;
        chunked = false;
        broken = false;
        framing = false;
        upgrade = "";
    }

    /** One more line of it. */
    void line(TextLine line) {
        size += line.length() + 2;
        if (line.byteAt(0) == ' ' || line.byteAt(0) == '\t') {
            // A value that is folded over lines, which is obsolete.
            broken |= framing;
            return;
        }
        framing = false;
        String value;
        if ((value = value(line, "content-length:")) != null) {
            contentLength(value);
        } else if ((value = value(line, "transfer-encoding:")) != null) {
            encoded = true;
            chunked = value.substring(value.lastIndexOf(',') + 1).strip().equalsIgnoreCase("chunked");
            framing = true;
        } else if ((value = value(line, "upgrade:")) != null) {
            upgrade = value;
        }
    }

    private static @Nullable String value(TextLine line, String name) {
        return line.startsWith(name) ? line.text(name.length(), line.length()).strip() : null;
    }

    private void contentLength(String value) {
        framing = true;
        for (String one : value.split(",", -1)) {
            String digits = one.strip();
            boolean number = !digits.isEmpty()
                    && digits.length() <= LENGTH_DIGITS
                    && digits.chars().allMatch(c -> c >= '0' && c <= '9');
            long said = number ? Long.parseLong(digits) : NONE;
            broken |= !number || (length != NONE && length != said);
            length = said;
        }
    }

    boolean isTooLong() {
        return size > LIMIT;
    }

    /** Begins the body of a request; false if its end cannot be told. */
    boolean beginRequest(Http1Body body) {
        if (broken || (encoded && !chunked)) {
            return false;
        }
        if (chunked) {
            body.beginChunked();
        } else {
            body.beginLength(Math.max(0, length));
        }
        return true;
    }

    /** Begins the body of an answer that has one; false if its end cannot be told. */
    boolean beginAnswer(Http1Body body) {
        if (broken) {
            return false;
        }
        if (chunked) {
            body.beginChunked();
        } else if (encoded || length == NONE) {
            body.beginUntilClose();
        } else {
            body.beginLength(length);
        }
        return true;
    }

    /** What the protocol is changed to. */
    String session() {
        return switch (upgrade.toLowerCase(Locale.ROOT)) {
            case "websocket" -> "a WebSocket";
            case "h2c" -> "HTTP/2";
            case "" -> "another protocol";
            default -> upgrade;
        };
    }
}
