package dev.holdfast.agent.protocol;

import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/** The answers of memcached's text protocol: what a line begins with tells whether more follows. */
final class MemcachedAnswers implements Answers {
    private enum At {
        BETWEEN,
        LINE,
        DATA,
        REST
    }

    private final TextLine line = new TextLine(MemcachedRequests.LINE_LIMIT);
    private final Rest rest = new Rest("\r\nEND\r\n");
    private At at = At.BETWEEN;
    private boolean last;
    private long left;
    private boolean known;

    @Override
    public void read(ByteBuffer in, Ledger ledger) {
        while (in.hasRemaining() && !ledger.isOver()) {
            switch (at) {
                case BETWEEN -> between(in, ledger);
                case LINE -> line(in, ledger);
                case DATA -> data(in, ledger);
                case REST -> rest(in, ledger);
            }
        }
    }

    @Override
    public @Nullable String underway() {
        return at == At.BETWEEN ? null : "the rest of an answer";
    }

    private void between(ByteBuffer in, Ledger ledger) {
        byte b = in.get(in.position());
        line.clear();
        if ((b >= 'A' && b <= 'Z') || (b >= '0' && b <= '9')) {
            at = At.LINE;
        } else {
            noAnswer(ledger.at(in), ledger);
        }
    }

    private void line(ByteBuffer in, Ledger ledger) {
        if (!line.read(in)) {
            return;
        }
        MemcachedAnswer answer = line.isTooLong() ? MemcachedAnswer.NONE : MemcachedAnswer.of(line);
        switch (answer.follows()) {
            case NOTHING -> ended(ledger);
            case LINES -> at = At.LINE;
            case DATA, LAST_DATA -> {
                last = answer.follows() == MemcachedAnswer.Follows.LAST_DATA;
                left = answer.data() + 2;
                at = At.DATA;
            }
            case UNTOLD -> noAnswer(ledger.at(in), ledger);
        }
    }

    private void data(ByteBuffer in, Ledger ledger) {
        int count = (int) Math.min(left, in.remaining());
        in.position(in.position() + count);
        left -= count;
        if (left == 0 && last) {
            ended(ledger);
        } else if (left == 0) {
            at = At.LINE;
        }
    }

    private void rest(ByteBuffer in, Ledger ledger) {
        if (rest.skip(in, ledger)) {
            at = At.BETWEEN;
        }
    }

    private void noAnswer(long from, Ledger ledger) {
        if (known && !ledger.open().isEmpty()) {
            ledger.unknown(Ledger.ALWAYS, "not an answer of memcached");
        } else {
            rest.begin(true, from);
            at = At.REST;
        }
    }

    /** Finds whose answer it was, if that of a request that may have none comes into question. */
    private void ended(Ledger ledger) {
        at = At.BETWEEN;
        known = true;
        OpenRequests open = ledger.open();
        boolean error = line.startsWith("error") || line.startsWith("client_error") || line.startsWith("server_error");
        boolean mayBeQuiet = false;
        int asked = 0;
        while (asked < open.size() && !open.isAsked(asked)) {
            mayBeQuiet |= open.kind(asked) == MemcachedRequests.QUIET || error;
            asked++;
        }
        boolean nothing = asked < open.size() && open.kind(asked) == MemcachedRequests.NOTHING;
        if (ledger.older() || asked == 0) {
            ledger.answered();
            return;
        }
        if (asked == open.size() || (nothing && !line.startsWith("mn"))) {
            // That of a quiet one; which of them does not matter.
            return;
        }
        if (mayBeQuiet && !nothing) {
            ledger.unknown(Ledger.ALWAYS, "an answer that may be that of a quiet command or of the next");
        } else {
            for (int request = 0; request <= asked; request++) {
                ledger.drop();
            }
        }
    }
}
