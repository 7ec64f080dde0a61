package dev.holdfast.agent.takeover;

import dev.holdfast.agent.linux.OwnedFd;
import java.net.InetSocketAddress;

/**
 * A listening socket that the agent has a duplicate of: its backlog never closes.
 *
 * @param domain AF_INET or AF_INET6
 * @param v6only whether an AF_INET6 one leaves IPv4 clients to others
 */
public record HeldListener(OwnedFd fd, long inode, InetSocketAddress address, int domain, boolean v6only) {
    /** Asked once for each connection while clients wait. */
    @Override
    public int hashCode() {
        return Long.hashCode(inode);
    }
}
