package dev.holdfast.agent.protocol;

import dev.holdfast.common.manifest.Takeover;
import java.util.Optional;

/** The conversations of the protocols that a manifest may name. */
public final class Conversations {
    private Conversations() {}

    /** A new one; none for what is opaque. */
    public static Optional<Conversation> of(Takeover.Protocol protocol) {
        return switch (protocol) {
            case OPAQUE -> Optional.empty();
            case HTTP1 -> Optional.of(new Dialogue(Opening.Of.HTTP, new Http1Requests(), new Http1Answers()));
            case RESP -> Optional.of(new Dialogue(Opening.Of.OTHERS, new RespRequests(), new RespAnswers()));
            case MEMCACHED ->
                Optional.of(new Dialogue(Opening.Of.OTHERS, new MemcachedRequests(), new MemcachedAnswers()));
            case LINE -> Optional.of(new Dialogue(Opening.Of.OTHERS, new LineRequests(), new LineAnswers()));
        };
    }
}
