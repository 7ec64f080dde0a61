package dev.holdfast.acceptance.load;

import io.netty.buffer.ByteBuf;
import java.nio.charset.StandardCharsets;
import java.util.function.LongFunction;
import org.jspecify.annotations.Nullable;

/**
 * HTTP/1.1 (RFC 9112) on a persistent connection, asking servers that answer {@code NAME VERSION NUMBER [PEER]}.
 *
 * @param path what to GET for a request
 * @param modulo answers give the request's number modulo this
 */
public record Http(String name, LongFunction<String> path, long modulo, boolean givesPeer) implements Protocol {
    /** A file server can only answer as many numbers as it has files. */
    public static final int FILES = 10;

    /** A server that computes its answers, and knows whom it answers. */
    public static Http numbered(String name) {
        return new Http(name, n -> "/order?n=" + n, Long.MAX_VALUE, true);
    }

    /** A server of the files 0.txt to 9.txt. */
    public static Http files(String name) {
        return new Http(name, n -> "/" + n % FILES + ".txt", FILES, false);
    }

    @Override
    public void ask(long number, ByteBuf out) {
        out.writeCharSequence(
                "GET " + path.apply(number) + " HTTP/1.1\r\nHost: localhost\r\n\r\n", StandardCharsets.US_ASCII);
    }

    @Override
    public @Nullable Answer read(ByteBuf in) {
        HttpResponse response = HttpResponse.read(in);
        if (response == null) {
            return null;
        }
        if (response.status() != 200) {
            return new Answer(Answer.NO_NUMBER, name + " status " + response.status(), null);
        }
        return answer(name, response.body(), givesPeer);
    }

    /** Reads {@code NAME VERSION NUMBER [PEER]}. */
    static Answer answer(String name, String line, boolean givesPeer) {
        String[] words = line.strip().split(" ", -1);
        if (words.length != (givesPeer ? 4 : 3) || !words[0].equals(name)) {
            throw new MalformedAnswerException("the body is '" + line.strip() + "'");
        }
        return new Answer(Answer.number(words[2]), words[1], givesPeer ? Peer.parse(words[3]) : null);
    }

    @Override
    public long expected(long number) {
        return number % modulo;
    }
}
