package dev.holdfast.agent.protocol;

import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/** A line for each answer. */
final class LineAnswers implements Answers {
    private boolean within;
    /** Whether the line under way answers a request that was seen. */
    private boolean due;

    @Override
    public void read(ByteBuffer in, Ledger ledger) {
        while (in.hasRemaining()) {
            if (!within) {
                due = !ledger.open().isEmpty();
                within = true;
            }
            if (Lines.skip(in)) {
                within = false;
                if (due) {
                    ledger.answered();
                }
            }
        }
    }

    @Override
    public @Nullable String underway() {
        return within ? "the rest of an answer" : null;
    }
}
