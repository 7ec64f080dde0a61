package dev.holdfast.agent.link;

import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.timeout.ReadTimeoutHandler;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.TimeUnit;

/**
 * Ends a connection on which the manager says nothing, which it does not do while it lives: it probes agents that are silent,
 * and answers others. gRPC's own probes of a server begin after ten seconds at the earliest.
 */
final class Silence extends ReadTimeoutHandler {
    private static final Duration LONGEST = Duration.ofSeconds(9);

    Silence() {
        super(LONGEST.toMillis(), TimeUnit.MILLISECONDS);
    }

    @Override
    protected void readTimedOut(ChannelHandlerContext connection) {
        connection.fireExceptionCaught(new IOException("it has said nothing for " + LONGEST.toSeconds() + " s"));
        var _ = connection.close();
    }
}
