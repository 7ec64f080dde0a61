package dev.holdfast.agent.observer;

import dev.holdfast.agent.protocol.Verdict;

/**
 * What has been seen of a connection on the wire says this.
 *
 * @param certain whether it is so without doubt: which of its bytes the server has read is known exactly, and, for one that
 *     owes nothing, the connection was followed from its beginning or from a silence, or has been quiet since
 */
public record Opinion(Verdict verdict, boolean certain) {}
