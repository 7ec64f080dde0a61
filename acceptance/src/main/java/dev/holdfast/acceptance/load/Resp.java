package dev.holdfast.acceptance.load;

import io.netty.buffer.ByteBuf;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Redis's protocol, RESP2. A request is three commands: {@code ECHO} gives its number back, {@code CLIENT INFO} tells
 * whom the server takes the client for, and the parameter {@code syslog-ident}, which has no effect here, names the
 * server's version.
 */
public record Resp() implements Protocol {
    private static final Pattern BULK = Pattern.compile("\\$[0-9]{1,6}");
    private static final Pattern PEER = Pattern.compile("(?:^| )addr=(\\S+)");

    @Override
    public void ask(long number, ByteBuf out) {
        out.writeCharSequence(
                command("ECHO", Long.toString(number))
                        + command("CLIENT", "INFO")
                        + command("CONFIG", "GET", "syslog-ident"),
                StandardCharsets.US_ASCII);
    }

    @Override
    public @Nullable Answer read(ByteBuf in) {
        ByteBuf rest = in.slice();
        List<String> replies = new ArrayList<>(4);
        if (!values(3, rest, replies)) {
            return null;
        }
        in.skipBytes(rest.readerIndex());
        if (replies.size() != 4) {
            throw new MalformedAnswerException("the replies are " + replies);
        }
        Matcher peer = PEER.matcher(replies.get(1));
        if (!peer.find()) {
            throw new MalformedAnswerException("'" + replies.get(1) + "' does not name the client");
        }
        return new Answer(Answer.number(replies.get(0)), replies.get(3), Peer.parse(peer.group(1)));
    }

    /** A command as Redis wants it: an array of bulk strings. */
    public static String command(String... words) {
        StringBuilder text = new StringBuilder("*" + words.length + "\r\n");
        for (String word : words) {
            text.append('$').append(word.length()).append("\r\n").append(word).append("\r\n");
        }
        return text.toString();
    }

    private static boolean values(int count, ByteBuf in, List<String> strings) {
        for (int i = 0; i < count; i++) {
            if (!value(in, strings)) {
                return false;
            }
        }
        return true;
    }

    /** Adds the strings of the next reply; false while it has not come whole. */
    private static boolean value(ByteBuf in, List<String> strings) {
        String line = HttpResponse.line(in);
        if (line == null) {
            return false;
        }
        if (BULK.matcher(line).matches()) {
            int length = Integer.parseInt(line.substring(1));
            if (in.readableBytes() < length + 2) {
                return false;
            }
            strings.add(in.readCharSequence(length, StandardCharsets.UTF_8).toString());
            in.skipBytes(2);
            return true;
        }
        if (line.equals("*2")) {
            return values(2, in, strings);
        }
        throw new MalformedAnswerException("'" + line + "' is not a reply to what was asked");
    }
}
