package dev.holdfast.agent.takeover;

import dev.holdfast.agent.linux.Sockets;
import dev.holdfast.agent.linux.TcpInfo;
import dev.holdfast.agent.observer.Flow;

/**
 * A paused connection on which nothing is owed for sure and nothing has passed for long. As long as that stays so nothing
 * about it is to be decided again: of ten thousand connections most are like this, and all of them are asked while clients wait.
 *
 * @param last what was seen
 */
record Sleeper(HeldConnection connection, Flow flow, Debt last) {
    /** Whether nothing has come since, with data or without, and nothing was sent; by any thread, with its own buffers. */
    boolean isStill(Sockets sockets) {
        TcpInfo now = sockets.tcpInfo(connection.fd());
        if (!last.isStill(now)) {
            return false;
        }
        connection.seen(now, 0);
        return true;
    }
}
