package dev.holdfast.agent.protocol;

import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/** Finds where a server's answers end. */
interface Answers {
    /** Reads all of the buffer, or up to where the conversation is over. */
    void read(ByteBuffer in, Ledger ledger);

    /** What the server is in the middle of sending, or null between two answers. */
    @Nullable
    String underway();
}
