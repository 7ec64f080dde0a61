package dev.holdfast.acceptance.load;

import java.net.InetAddress;
import java.net.InetSocketAddress;

/** The far end of a connection in text. */
public final class Peer {
    private Peer() {}

    /**
     * Reads {@code ADDRESS:PORT}, an IPv6 address with or without brackets, a mapped IPv4 address as IPv4.
     *
     * @throws MalformedAnswerException when it is something else
     */
    public static InetSocketAddress parse(String text) {
        int colon = text.lastIndexOf(':');
        try {
            String address = text.substring(0, colon).replace("[", "").replace("]", "");
            return new InetSocketAddress(InetAddress.ofLiteral(address), Integer.parseInt(text.substring(colon + 1)));
        } catch (IndexOutOfBoundsException | IllegalArgumentException e) {
            throw new MalformedAnswerException("'" + text + "' is not an address and port");
        }
    }
}
