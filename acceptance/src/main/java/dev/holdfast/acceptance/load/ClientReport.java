package dev.holdfast.acceptance.load;

import java.net.InetSocketAddress;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What one client saw on its one connection.
 *
 * @param local the client's own address, by which the server knows it
 * @param wrong answers with another number or peer than they should have had, in words
 * @param answersByVersion in the order in which the versions were first seen
 * @param stallNanos the longest wait for an answer since the window was opened
 * @param fault null when the connection lives
 */
public record ClientReport(
        InetSocketAddress local,
        long sent,
        long answered,
        List<String> wrong,
        Map<String, Long> answersByVersion,
        long stallNanos,
        @Nullable Fault fault) {
    public boolean kept() {
        return fault == null;
    }
}
