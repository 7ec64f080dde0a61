package dev.holdfast.agent.preflight;

import dev.holdfast.agent.linux.OwnedFd;
import dev.holdfast.agent.linux.Sockets;
import dev.holdfast.agent.linux.SyscallException;
import dev.holdfast.agent.linux.TcpRepair;
import dev.holdfast.common.manifest.Takeover;
import java.util.List;
import java.util.Locale;

/** Rights that the agent can do without, at a price; each is tried on a socket of its own. */
final class CapabilityCheck implements Check {
    private static final int AF_PACKET = 17;
    private static final int SOCK_RAW = 3;

    @Override
    public String name() {
        return "capabilities";
    }

    @Override
    public List<Finding> look(Subject subject) {
        try (Sockets sockets = new Sockets()) {
            return List.of(
                    administration(TcpRepair.permitted(sockets)),
                    capture(canCapture(sockets), subject.running().takeover().protocol()));
        }
    }

    private Finding administration(boolean permitted) {
        return permitted
                ? Finding.passed(name(), "CAP_NET_ADMIN is there")
                : Finding.warning(
                        name(),
                        "the agent lacks CAP_NET_ADMIN: whether an answer is complete is told by a second of silence where"
                                + " the times of the last packets leave it open, and on some kernels a server with a thread"
                                + " for each connection becomes quiet only when it is nearly idle; give the agent CAP_NET_ADMIN");
    }

    private Finding capture(boolean permitted, Takeover.Protocol protocol) {
        if (permitted || protocol == Takeover.Protocol.OPAQUE) {
            return Finding.passed(name(), permitted ? "CAP_NET_RAW is there" : "CAP_NET_RAW is not needed");
        }
        return Finding.warning(
                name(),
                "the agent lacks CAP_NET_RAW: it cannot follow "
                        + protocol.name().toLowerCase(Locale.ROOT)
                        + " on the wire and goes by the rule for an opaque protocol; give the agent CAP_NET_RAW");
    }

    /** packet(7); a socket without a protocol is given nothing. */
    private static boolean canCapture(Sockets sockets) {
        try (OwnedFd _ = sockets.socket(AF_PACKET, SOCK_RAW)) {
            return true;
        } catch (SyscallException e) {
            return false;
        }
    }
}
