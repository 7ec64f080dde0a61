package dev.holdfast.agent.protocol;

import java.nio.ByteBuffer;

/**
 * The requests and answers of one connection, from where it began to be followed: at a moment when nothing was owed and
 * nothing had been begun, as far as was known. Both directions are given without gaps, and an answer after its request.
 */
public interface Conversation {
    /** More of what the client sent. */
    void fromClient(ByteBuffer bytes);

    /** More of what the server sent. */
    void fromServer(ByteBuffer bytes);

    /**
     * Whether the server owes anything.
     *
     * @param read how many of the bytes given to {@link #fromClient} the server has read
     */
    Verdict verdict(long read);

    /**
     * Whether it began in the middle of a request: then one more may have been begun behind that without being seen, and
     * that nothing seems to be owed says little.
     */
    boolean beganAmidRequest();
}
