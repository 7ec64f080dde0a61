package dev.holdfast.acceptance.load;

import io.netty.buffer.ByteBuf;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * The text protocol of memcached (its protocol.txt). A request is two commands: a meta set whose opaque token is its number,
 * and {@code stats settings}, of which the delimiter of key prefixes names the server's version.
 */
public record Memcached() implements Protocol {
    private static final String STORED = "HD O";
    private static final String VERSION = "STAT stat_key_prefix ";
    private static final String END = "END";
    /** So many keys at most are made. */
    private static final int KEYS = 100;

    @Override
    public void ask(long number, ByteBuf out) {
        out.writeCharSequence(
                "ms k%d 5 O%d\r\nvalue\r\nstats settings\r\n".formatted(number % KEYS, number),
                StandardCharsets.US_ASCII);
    }

    @Override
    public @Nullable Answer read(ByteBuf in) {
        ByteBuf rest = in.slice();
        String stored = HttpResponse.line(rest);
        if (stored == null) {
            return null;
        }
        if (!stored.startsWith(STORED)) {
            throw new MalformedAnswerException("'" + stored + "' instead of what is said of a stored value");
        }
        String version = "";
        for (String line = HttpResponse.line(rest); ; line = HttpResponse.line(rest)) {
            if (line == null) {
                return null;
            }
            if (line.equals(END)) {
                break;
            }
            if (!line.startsWith("STAT ")) {
                throw new MalformedAnswerException("'" + line + "' among the settings");
            }
            version = line.startsWith(VERSION) ? line.substring(VERSION.length()) : version;
        }
        in.skipBytes(rest.readerIndex());
        return new Answer(Answer.number(stored.substring(STORED.length())), version, null);
    }
}
