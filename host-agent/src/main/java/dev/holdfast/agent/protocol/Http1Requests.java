package dev.holdfast.agent.protocol;

import java.nio.ByteBuffer;

/** The requests of HTTP/1.0 and HTTP/1.1, RFC 9112. */
final class Http1Requests implements Requests {
    static final int HEAD = 1;
    static final int CONNECT = 2;
    private static final int OTHER = 0;
    private static final int METHOD_LIMIT = 32;

    private enum At {
        BETWEEN,
        LINE,
        HEADER,
        BODY,
        OLDER
    }

    private final TextLine line = new TextLine(Http1Head.LIMIT);
    private final Http1Head head = new Http1Head();
    private final Http1Body body = new Http1Body();
    private At at = At.BETWEEN;
    private int kind;
    private long begun;
    /** Whether a request has been seen: what comes then and is none is wrong, and not the rest of an older one. */
    private boolean known;

    @Override
    public void read(ByteBuffer in, Ledger ledger) {
        while (in.hasRemaining() && !ledger.isLeft()) {
            switch (at) {
                case BETWEEN -> between(in, ledger);
                case LINE -> line(in, ledger);
                case HEADER -> header(in, ledger);
                case BODY -> body(in, ledger);
                case OLDER -> older(in, ledger);
            }
        }
    }

    private void between(ByteBuffer in, Ledger ledger) {
        byte b = in.get(in.position());
        if (b == '\r' || b == '\n') {
            in.get();
            return;
        }
        begun = ledger.at(in);
        ledger.begins(begun);
        line.clear();
        at = At.LINE;
    }

    private void line(ByteBuffer in, Ledger ledger) {
        boolean whole = line.read(in);
        int method = line.indexOf(' ', 0);
        if (!isMethod(method) || line.isTooLong()) {
            noRequest(ledger);
        } else if (whole) {
            requestLine(method, ledger);
        }
    }

    private boolean isMethod(int length) {
        if (length == 0 || length > METHOD_LIMIT) {
            return false;
        }
        for (int i = 0; i < length; i++) {
            byte b = line.byteAt(i);
            if (!(b >= 'A' && b <= 'Z') && b != '-' && b != '_') {
                return false;
            }
        }
        return true;
    }

    private void requestLine(int method, Ledger ledger) {
        int version = line.length() - "HTTP/1.1".length();
        if (version <= method + 1 || line.byteAt(version - 1) != ' ') {
            noRequest(ledger);
            return;
        }
        String said = line.text(version, line.length());
        if (said.equals("HTTP/2.0") && line.text(0, version).equals("PRI * ")) {
            ledger.session(begun, "HTTP/2");
        } else if (said.startsWith("HTTP/1.")) {
            known = true;
            kind = line.startsWith("head ") ? HEAD : line.startsWith("connect ") ? CONNECT : OTHER;
            head.begin();
            at = At.HEADER;
        } else {
            noRequest(ledger);
        }
    }

    private void noRequest(Ledger ledger) {
        if (known) {
            ledger.unknown(begun, "not a request of HTTP/1");
        } else {
            ledger.endsAsNothing();
            ledger.olderIsOpen();
            at = At.OLDER;
        }
    }

    private void header(ByteBuffer in, Ledger ledger) {
        if (!line.read(in)) {
            return;
        }
        if (line.length() > 0) {
            head.line(line);
        }
        if (line.isTooLong() || head.isTooLong()) {
            ledger.unknown(begun, "a header of more than " + Http1Head.LIMIT + " bytes");
        } else if (line.length() == 0) {
            ledger.opens(kind);
            at = At.BODY;
            if (!head.beginRequest(body)) {
                ledger.unknown(begun, "a request whose length cannot be told");
            } else if (body.skip(in)) {
                ended(in, ledger);
            }
        }
    }

    private void body(ByteBuffer in, Ledger ledger) {
        if (body.skip(in)) {
            ended(in, ledger);
        }
    }

    private void ended(ByteBuffer in, Ledger ledger) {
        if (body.isBroken()) {
            ledger.unknown(begun, "not a body in chunks");
        } else {
            ledger.ends(ledger.at(in));
            at = At.BETWEEN;
        }
    }

    /** The rest of a request that had begun before: it has come when there is an answer. */
    private void older(ByteBuffer in, Ledger ledger) {
        if (ledger.older()) {
            in.position(in.limit());
        } else {
            at = At.BETWEEN;
        }
    }
}
