package dev.holdfast.agent.protocol;

import java.nio.ByteBuffer;

/** Finds where a client's requests begin and end. */
interface Requests {
    /** Reads all of the buffer, or up to where the conversation is over. */
    void read(ByteBuffer in, Ledger ledger);
}
