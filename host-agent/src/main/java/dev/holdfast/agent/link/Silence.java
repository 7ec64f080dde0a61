package dev.holdfast.agent.link;

import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.timeout.ReadTimeoutHandler;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.TimeUnit;

/**
 * Ends a connection on which the manager says nothing: while it lives it says something every four seconds. gRPC's own probes,
 * on either side, begin after ten at the earliest.
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
