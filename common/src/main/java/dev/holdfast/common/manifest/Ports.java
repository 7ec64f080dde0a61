package dev.holdfast.common.manifest;

import dev.holdfast.common.yaml.Value;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.snakeyaml.engine.v2.nodes.ScalarNode;

/** Reads ports: 8080, "127.0.0.1:8080", "[::1]:8080". */
final class Ports {
    private static final String EXAMPLE = "8080, \"127.0.0.1:8080\" or \"[::1]:8080\"";
    private static final Pattern ADDRESSED =
            Pattern.compile("(?:\\[(?<six>[0-9a-fA-F:.]+)]|(?<four>\\d{1,3}(?:\\.\\d{1,3}){3})):(?<port>\\d{1,5})");

    private Ports() {}

    static List<PortSpec> all(Value value) {
        List<PortSpec> ports = new ArrayList<>();
        for (Value item : value.items("[8080]")) {
            PortSpec port = one(item);
            ports.stream().filter(other -> overlap(port, other)).findFirst().ifPresent(other -> {
                throw item.wrong(port + " is already covered by " + other + "; name every port once");
            });
            ports.add(port);
        }
        return ports;
    }

    static PortSpec one(Value value) {
        if (!(value.node() instanceof ScalarNode scalar)) {
            throw value.wrong("must be a port, as " + EXAMPLE + "; it is " + value.kind());
        }
        if (scalar.getValue().matches("\\d{1,9}")) {
            return new PortSpec(null, number(value, scalar.getValue()));
        }
        Matcher matcher = ADDRESSED.matcher(scalar.getValue());
        if (!matcher.matches()) {
            throw value.wrong("'" + scalar.getValue() + "' is not a port; write it as " + EXAMPLE
                    + " (an address by its number, an IPv6 one in brackets)");
        }
        String address = matcher.group("six") == null ? matcher.group("four") : matcher.group("six");
        return new PortSpec(literal(value, address), number(value, matcher.group("port")));
    }

    private static InetAddress literal(Value value, String address) {
        try {
            return InetAddress.ofLiteral(address);
        } catch (IllegalArgumentException _) {
            throw value.wrong("'" + address + "' is not an IP address; write the port as " + EXAMPLE);
        }
    }

    private static int number(Value value, String digits) {
        int port = Integer.parseInt(digits);
        if (port < 1 || port > 65535) {
            throw value.wrong("a port is a number from 1 to 65535; " + digits + " is not");
        }
        return port;
    }

    private static boolean overlap(PortSpec a, PortSpec b) {
        return a.port() == b.port()
                && (a.address() == null || b.address() == null || a.address().equals(b.address()));
    }
}
