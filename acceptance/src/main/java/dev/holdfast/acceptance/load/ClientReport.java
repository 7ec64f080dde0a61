package dev.holdfast.acceptance.load;

import java.net.InetSocketAddress;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What one client saw on its one connection.
 *
 * @param kind how it asks, in a word
 * @param local the client's own address, by which the server knows it
 * @param wrong answers with another number or peer than they should have had
 * @param answersByVersion in the order in which the versions were first seen
 * @param stallNanos the longest wait for an answer since the window was opened
 * @param fault null when the connection lives
 * @param owedSince when it sent the oldest request that has no answer; null when there is none
 * @param history its last requests with their times, when something was wrong
 */
public record ClientReport(
        String kind,
        InetSocketAddress local,
        long sent,
        long answered,
        List<Wrong> wrong,
        Map<String, Long> answersByVersion,
        long stallNanos,
        @Nullable Fault fault,
        @Nullable Instant owedSince,
        List<String> history) {
    public boolean kept() {
        return fault == null;
    }

    /** How many requests were not answered. */
    public long owed() {
        return sent - answered;
    }

    /** How many answers were wrong in that way. */
    public long wrong(Wrong.Kind kind) {
        return wrong.stream().filter(one -> one.kind() == kind).count();
    }
}
