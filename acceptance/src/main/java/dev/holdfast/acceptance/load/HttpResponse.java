package dev.holdfast.acceptance.load;

import io.netty.buffer.ByteBuf;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** A response with its body, whose end is given by Content-Length or by chunks. */
record HttpResponse(int status, String body) {
    private static final Pattern STATUS_LINE = Pattern.compile("HTTP/1\\.1 ([1-5][0-9][0-9])( .*)?");
    private static final int LONGEST_LINE = 64 * 1024;
    private static final int LONGEST = 4 * 1024 * 1024;

    /** The next response, or null while it has not come whole. */
    static @Nullable HttpResponse read(ByteBuf in) {
        ByteBuf rest = in.slice();
        String first = line(rest);
        if (first == null) {
            return null;
        }
        Matcher status = STATUS_LINE.matcher(first);
        if (!status.matches()) {
            throw new MalformedAnswerException("'" + first + "' is not a status line");
        }
        long length = -1;
        boolean chunked = false;
        for (String line = line(rest); ; line = line(rest)) {
            if (line == null) {
                return null;
            }
            if (line.isEmpty()) {
                break;
            }
            String header = line.toLowerCase(Locale.ROOT);
            if (header.startsWith("content-length:")) {
                length = Answer.number(header.substring(15).strip());
            }
            chunked |= header.startsWith("transfer-encoding:") && header.endsWith("chunked");
        }
        String body = chunked ? chunks(rest) : text(rest, length);
        if (body == null) {
            return null;
        }
        in.skipBytes(rest.readerIndex());
        return new HttpResponse(Integer.parseInt(status.group(1)), body);
    }

    private static @Nullable String chunks(ByteBuf in) {
        StringBuilder body = new StringBuilder();
        while (true) {
            String size = line(in);
            if (size == null) {
                return null;
            }
            String chunk = text(in, chunkSize(size));
            String end = line(in);
            if (chunk == null || end == null) {
                return null;
            }
            if (!end.isEmpty()) {
                throw new MalformedAnswerException("'" + end + "' after a chunk");
            }
            if (chunk.isEmpty()) {
                return body.toString();
            }
            body.append(chunk);
        }
    }

    private static long chunkSize(String line) {
        try {
            return Long.parseLong(line, 16);
        } catch (NumberFormatException e) {
            throw new MalformedAnswerException("'" + line + "' is not the size of a chunk");
        }
    }

    private static @Nullable String text(ByteBuf in, long length) {
        if (length < 0 || length > LONGEST) {
            throw new MalformedAnswerException("a body of " + length + " bytes");
        }
        return in.readableBytes() < length
                ? null
                : in.readCharSequence((int) length, StandardCharsets.UTF_8).toString();
    }

    /** A line without its CRLF; null while there is none. */
    static @Nullable String line(ByteBuf in) {
        int length = in.bytesBefore((byte) '\n');
        if (length < 0) {
            if (in.readableBytes() > LONGEST_LINE) {
                throw new MalformedAnswerException("a line of more than " + LONGEST_LINE + " bytes");
            }
            return null;
        }
        String line =
                in.readCharSequence(length + 1, StandardCharsets.ISO_8859_1).toString();
        if (!line.endsWith("\r\n")) {
            throw new MalformedAnswerException("'" + line.strip() + "' ends without a carriage return");
        }
        return line.substring(0, line.length() - 2);
    }
}
