package dev.holdfast.common.manifest;

import com.google.common.net.InetAddresses;
import java.net.Inet6Address;
import java.net.InetAddress;
import org.jspecify.annotations.Nullable;

/**
 * A managed port.
 *
 * @param address the local address that the server listens on; null for whichever it chooses
 */
public record PortSpec(@Nullable InetAddress address, int port) {
    @Override
    public String toString() {
        return switch (address) {
            case null -> String.valueOf(port);
            case Inet6Address six -> "[" + InetAddresses.toAddrString(six) + "]:" + port;
            case InetAddress four -> four.getHostAddress() + ":" + port;
        };
    }
}
