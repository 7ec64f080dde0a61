package dev.holdfast.common.address;

import java.net.InetSocketAddress;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * "HOST:PORT" as programs are told it.
 *
 * @param host a name or an IP address, an IPv6 one without brackets
 * @param port 0 to 65535; 0 lets a listener choose
 */
public record HostPort(String host, int port) {
    private static final Pattern FORM = Pattern.compile("(?:\\[([0-9a-fA-F:.%\\w]+)]|([^\\s:\\[\\]/]+)):(\\d{1,5})");

    public HostPort {
        if (port < 0 || port > 65535) {
            throw new IllegalArgumentException("a port is a number from 0 to 65535; " + port + " is not");
        }
    }

    /**
     * Reads "manager:7600", "127.0.0.1:7600" or "[::1]:7600".
     *
     * @throws IllegalArgumentException whose message says what would be right
     */
    public static HostPort parse(String text) {
        Matcher matcher = FORM.matcher(text);
        if (!matcher.matches()) {
            throw new IllegalArgumentException(
                    "'" + text + "' is not HOST:PORT; write it as 127.0.0.1:7600, manager:7600 or [::1]:7600");
        }
        String host = matcher.group(1) == null ? matcher.group(2) : matcher.group(1);
        return new HostPort(host, Integer.parseInt(matcher.group(3)));
    }

    /** Resolves the name; unresolved when there is no such host. */
    public InetSocketAddress resolve() {
        return new InetSocketAddress(host, port);
    }

    @Override
    public String toString() {
        return (host.indexOf(':') >= 0 ? "[" + host + "]" : host) + ":" + port;
    }
}
