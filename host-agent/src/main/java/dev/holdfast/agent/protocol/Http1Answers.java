package dev.holdfast.agent.protocol;

import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/** The answers of HTTP/1.0 and HTTP/1.1, RFC 9112. */
final class Http1Answers implements Answers {
    private static final String BEGIN = "HTTP/1.";

    private static final int UNLIKE = -1;

    private enum At {
        BEGIN,
        LINE,
        HEADER,
        BODY,
        REST
    }

    private final TextLine line = new TextLine(Http1Head.LIMIT);
    private final Http1Head head = new Http1Head();
    private final Http1Body body = new Http1Body();
    private final Rest rest = new Rest("\r\n0\r\n\r\n");
    private At at = At.BEGIN;
    private int matched;
    private int status;
    /** How much of a body looks like the next answer; only asked where the request was not seen, which may have been HEAD. */
    private int alike;
    /** Whether an answer has come to its end: the next bytes begin one for sure if one is due. */
    private boolean known;

    @Override
    public void read(ByteBuffer in, Ledger ledger) {
        while (in.hasRemaining() && !ledger.isOver()) {
            switch (at) {
                case BEGIN -> begin(in, ledger);
                case LINE -> line(in, ledger);
                case HEADER -> header(in, ledger);
                case BODY -> body(in, ledger);
                case REST -> rest(in, ledger);
            }
        }
    }

    @Override
    public @Nullable String underway() {
        if (at == At.BEGIN && matched == 0) {
            return null;
        }
        return at == At.BODY && body.isUntilClose()
                ? "an answer that ends with the connection"
                : "the rest of an answer";
    }

    private void begin(ByteBuffer in, Ledger ledger) {
        if (in.get(in.position()) != BEGIN.charAt(matched)) {
            noAnswer(ledger.at(in), matched == 0, ledger);
            return;
        }
        in.get();
        matched++;
        if (matched == BEGIN.length()) {
            line.clear();
            at = At.LINE;
        }
    }

    private void noAnswer(long from, boolean atLine, Ledger ledger) {
        matched = 0;
        if (known && !ledger.open().isEmpty()) {
            ledger.unknown(Ledger.ALWAYS, "not an answer of HTTP/1");
        } else {
            rest.begin(atLine, from);
            at = At.REST;
        }
    }

    private void rest(ByteBuffer in, Ledger ledger) {
        if (rest.skip(in, ledger)) {
            at = At.BEGIN;
        }
    }

    /** Behind "HTTP/1.": the minor version, a space and three digits. */
    private void line(ByteBuffer in, Ledger ledger) {
        if (!line.read(in)) {
            return;
        }
        status = line.length() < 5 ? 0 : digit(2) * 100 + digit(3) * 10 + digit(4);
        if (status < 100 || line.byteAt(1) != ' ') {
            noAnswer(ledger.at(in), true, ledger);
        } else {
            head.begin();
            at = At.HEADER;
        }
    }

    private int digit(int index) {
        int digit = Character.digit(line.byteAt(index), 10);
        return digit < 0 ? -1_000 : digit;
    }

    private void header(ByteBuffer in, Ledger ledger) {
        if (!line.read(in)) {
            return;
        }
        if (line.length() > 0) {
            head.line(line);
        }
        if (line.isTooLong() || head.isTooLong()) {
            ledger.unknown(Ledger.ALWAYS, "a header of more than " + Http1Head.LIMIT + " bytes");
        } else if (line.length() == 0) {
            headerEnded(in, ledger);
        }
    }

    private void headerEnded(ByteBuffer in, Ledger ledger) {
        boolean seen = !ledger.older() && !ledger.open().isEmpty();
        int kind = seen ? ledger.open().kind(0) : 0;
        if (status == 101) {
            ledger.session(Ledger.ALWAYS, head.session());
        } else if (kind == Http1Requests.CONNECT && status < 300 && status >= 200) {
            ledger.session(Ledger.ALWAYS, "a tunnel");
        } else if (status < 200) {
            interim(ledger);
        } else if (kind == Http1Requests.HEAD || status == 204 || status == 304) {
            answered(ledger);
        } else if (!head.beginAnswer(body)) {
            ledger.unknown(Ledger.ALWAYS, "an answer whose length cannot be told");
        } else {
            at = At.BODY;
            alike = seen ? UNLIKE : 0;
            body(in, ledger);
        }
    }

    /** Another answer follows; one that nobody asked for tells of a request that was not seen. */
    private void interim(Ledger ledger) {
        if (ledger.open().isEmpty()) {
            ledger.olderIsOpen();
        }
        next();
    }

    private void body(ByteBuffer in, Ledger ledger) {
        compare(in, in.position() + (int) Math.min(in.remaining(), body.left()));
        boolean ended = body.skip(in);
        if (alike == BEGIN.length() || (ended && alike > 0)) {
            ledger.unknown(Ledger.ALWAYS, "an answer that may be one to HEAD");
        } else if (!ended) {
            return;
        } else if (body.isBroken()) {
            ledger.unknown(Ledger.ALWAYS, "not a body in chunks");
        } else {
            answered(ledger);
        }
    }

    private void compare(ByteBuffer in, int end) {
        for (int i = in.position(); i < end && alike >= 0 && alike < BEGIN.length(); i++) {
            alike = in.get(i) == BEGIN.charAt(alike) ? alike + 1 : UNLIKE;
        }
    }

    private void answered(Ledger ledger) {
        ledger.answered();
        known = true;
        next();
    }

    private void next() {
        matched = 0;
        at = At.BEGIN;
    }
}
