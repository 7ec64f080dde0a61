package dev.holdfast.agent.protocol;

import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/** The replies of RESP2 and RESP3, pushes between them, and what they say of the connection's state. */
final class RespAnswers implements Answers {
    private final RespState state = new RespState();
    private final RespReply reply = new RespReply();
    private final Rest rest = new Rest("");
    private boolean resting;
    private boolean known;

    @Override
    public void read(ByteBuffer in, Ledger ledger) {
        while (in.hasRemaining() && !ledger.isOver()) {
            if (resting) {
                resting = !rest.skip(in, ledger);
            } else if (reply.read(in)) {
                if (reply.isBroken()) {
                    noReply(in, ledger);
                } else {
                    ended(ledger);
                }
            }
        }
    }

    @Override
    public @Nullable String underway() {
        return resting || reply.isWithin() ? "the rest of an answer" : null;
    }

    private void noReply(ByteBuffer in, Ledger ledger) {
        if (known && !ledger.open().isEmpty()) {
            ledger.unknown(Ledger.ALWAYS, "not a reply of RESP");
        } else {
            rest.begin(false, ledger.at(in));
            resting = true;
        }
        reply.begin();
    }

    private void ended(Ledger ledger) {
        boolean asked = ledger.older() || !ledger.open().isEmpty();
        if (reply.isPush() || (!asked && reply.isMessage())) {
            ledger.session(Ledger.ALWAYS, "a subscription");
        } else if (!asked && reply.isTimestamp()) {
            ledger.session(Ledger.ALWAYS, "MONITOR");
        } else {
            answered(ledger);
        }
        reply.begin();
    }

    private void answered(Ledger ledger) {
        int kind = ledger.older() || ledger.open().isEmpty()
                ? RespState.PLAIN
                : ledger.open().kind(0);
        ledger.answered();
        known = true;
        if (reply.isError()) {
            state.failed(kind);
        } else if (kind == RespState.SUBSCRIBE) {
            ledger.session(Ledger.ALWAYS, "a subscription");
        } else if (kind == RespState.MONITOR) {
            ledger.session(Ledger.ALWAYS, "MONITOR");
        } else {
            state.done(kind);
        }
        ledger.keeps(state.describe());
    }
}
