package dev.holdfast.agent.protocol;

import java.nio.ByteBuffer;

/** A line for each request. */
final class LineRequests implements Requests {
    private boolean within;

    @Override
    public void read(ByteBuffer in, Ledger ledger) {
        while (in.hasRemaining() && !ledger.isLeft()) {
            if (!within) {
                ledger.begins(ledger.at(in));
                within = true;
            }
            if (Lines.skip(in)) {
                ledger.ends(ledger.at(in), 0);
                within = false;
            }
        }
    }
}
