package dev.holdfast.agent.process;

import dev.holdfast.agent.linux.SockDiag;
import dev.holdfast.agent.linux.TcpSocket;
import dev.holdfast.common.manifest.PortSpec;
import java.net.Inet4Address;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Whether the ports that a server is going to listen on are free. */
final class PortCheck {
    private PortCheck() {}

    /**
     * Looks for listening sockets on the ports.
     *
     * @throws ProcessException when another process has one, naming it
     */
    static void free(List<PortSpec> ports) {
        List<TcpSocket> listening =
                SockDiag.listening(ports.stream().map(PortSpec::port).toList());
        for (PortSpec port : ports) {
            for (TcpSocket socket : listening) {
                if (socket.local().getPort() == port.port()
                        && collides(port.address(), socket.local().getAddress())) {
                    throw new ProcessException(
                            "Port " + port + " is in use by " + owner(socket) + ": stop it, or choose another port");
                }
            }
        }
    }

    /** A wildcard takes the port from its family, an IPv6 one from IPv4 too where it is not told otherwise. */
    static boolean collides(@Nullable InetAddress wanted, InetAddress taken) {
        return wanted == null || wanted.equals(taken) || covers(wanted, taken) || covers(taken, wanted);
    }

    private static boolean covers(InetAddress wildcard, InetAddress other) {
        return wildcard.isAnyLocalAddress() && (wildcard instanceof Inet6Address || other instanceof Inet4Address);
    }

    private static String owner(TcpSocket socket) {
        for (ProcStat stat : ProcStat.all()) {
            if (SocketInodes.of(Set.of(stat.pid())).contains(socket.inode())) {
                return "process " + stat.pid() + " (" + CommandLine.of(stat.pid()) + ")";
            }
        }
        return "a process of the user with uid " + socket.uid();
    }
}
