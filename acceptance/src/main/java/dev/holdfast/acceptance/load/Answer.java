package dev.holdfast.acceptance.load;

import java.net.InetSocketAddress;
import org.jspecify.annotations.Nullable;

/**
 * What a server answered.
 *
 * @param number that of the request, as the server saw it; {@link #NO_NUMBER} when it gave none
 * @param version which version of the server it was
 * @param peer whom the server took the client for; null where its protocol does not tell
 */
public record Answer(long number, String version, @Nullable InetSocketAddress peer) {
    static final long NO_NUMBER = -1;

    /** Reads the number of an answer. */
    static long number(String text) {
        try {
            return Long.parseLong(text);
        } catch (NumberFormatException e) {
            throw new MalformedAnswerException("'" + text + "' is not a request's number");
        }
    }
}
