package dev.holdfast.agent.takeover;

import dev.holdfast.agent.linux.Sockets;
import java.util.HashMap;
import java.util.Map;

/** TCP_DEFER_ACCEPT, with which a connection without data, as a bell is, does not make a listener readable; tcp(7). */
final class Deferral {
    private static final int TCP_DEFER_ACCEPT = 9;

    private final Sockets sockets;
    private final Map<HeldListener, Integer> seconds = new HashMap<>();

    Deferral(Sockets sockets) {
        this.sockets = sockets;
    }

    void off(HeldListener listener) {
        int deferred = sockets.option(listener.fd(), Sockets.IPPROTO_TCP, TCP_DEFER_ACCEPT);
        if (deferred > 0) {
            seconds.put(listener, deferred);
            sockets.setOption(listener.fd(), Sockets.IPPROTO_TCP, TCP_DEFER_ACCEPT, 0);
        }
    }

    void restore() {
        seconds.forEach((listener, deferred) ->
                sockets.setOption(listener.fd(), Sockets.IPPROTO_TCP, TCP_DEFER_ACCEPT, deferred));
        seconds.clear();
    }
}
