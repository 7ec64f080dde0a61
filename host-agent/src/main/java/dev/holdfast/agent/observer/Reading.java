package dev.holdfast.agent.observer;

import dev.holdfast.agent.protocol.Verdict;
import java.util.Optional;

/**
 * What the kernel says of a connection.
 *
 * @param consumed bytes that the server has read
 * @param unread bytes that came and that it has not read
 * @param silent nothing has come or been sent for so long that no answer can be underway
 * @param acknowledged the client has acknowledged all that was sent to it
 */
public record Reading(long consumed, int unread, boolean silent, boolean acknowledged) {
    /** That the server may have read the beginning of a request. */
    static final Opinion UNSEEN = new Opinion(new Verdict.Owes("what it began unseen"), false);

    /**
     * What is to be thought where the wire does not tell: the server may have read the beginning of a request behind the one
     * that it has answered. A client that is kept waiting with the rest of it is not silent.
     */
    Optional<Opinion> unseen() {
        return silent && unread == 0 ? Optional.empty() : Optional.of(UNSEEN);
    }
}
