package dev.holdfast.agent.protocol;

import java.nio.ByteBuffer;

/** The commands of memcached's text protocol, the meta commands among them. */
final class MemcachedRequests implements Requests {
    static final int PLAIN = 0;
    /** The command that is answered when those before it have been, for which nothing may have come. */
    static final int NOTHING = 1;
    /** Answered only if it fails. */
    static final int NO_REPLY = 2 | OpenRequests.UNASKED;
    /** Answered only if there is something to say. */
    static final int QUIET = 3 | OpenRequests.UNASKED;

    static final int LINE_LIMIT = 65_536;
    /** What is not answered is done when the server has read it; only the latest may be half read. */
    private static final int UNASKED_LIMIT = 256;

    private static final byte BINARY = (byte) 0x80;

    private enum At {
        BETWEEN,
        LINE,
        DATA,
        OLDER
    }

    private final TextLine line = new TextLine(LINE_LIMIT);
    private At at = At.BETWEEN;
    private long begun;
    private long left;
    private int kind;
    private boolean known;

    @Override
    public void read(ByteBuffer in, Ledger ledger) {
        while (in.hasRemaining() && !ledger.isLeft()) {
            switch (at) {
                case BETWEEN -> between(in, ledger);
                case LINE -> line(in, ledger);
                case DATA -> data(in, ledger);
                case OLDER -> older(in, ledger);
            }
        }
    }

    private void between(ByteBuffer in, Ledger ledger) {
        begun = ledger.at(in);
        byte b = in.get(in.position());
        ledger.begins(begun);
        line.clear();
        if (b == BINARY) {
            ledger.unknown(begun, "memcached's binary protocol");
        } else if (known || (b >= 'a' && b <= 'z')) {
            at = At.LINE;
        } else {
            noCommand(ledger);
        }
    }

    private void line(ByteBuffer in, Ledger ledger) {
        if (!line.read(in)) {
            return;
        }
        if (line.isTooLong()) {
            noCommand(ledger);
            return;
        }
        MemcachedCommand command = MemcachedCommand.of(line);
        if (!known && !command.isKnown()) {
            noCommand(ledger);
        } else if (command.isWatch()) {
            ledger.session(begun, "a watcher");
        } else if (command.data() == MemcachedCommand.UNTOLD) {
            ledger.unknown(begun, "data whose length cannot be told");
        } else if (command.data() == MemcachedCommand.NONE) {
            kind = command.kind();
            ended(in, ledger);
        } else {
            kind = command.kind();
            left = command.data() + 2;
            at = At.DATA;
        }
    }

    private void data(ByteBuffer in, Ledger ledger) {
        int count = (int) Math.min(left, in.remaining());
        in.position(in.position() + count);
        left -= count;
        if (left == 0) {
            ended(in, ledger);
        }
    }

    private void ended(ByteBuffer in, Ledger ledger) {
        known = true;
        at = At.BETWEEN;
        OpenRequests open = ledger.open();
        if (open.size() >= UNASKED_LIMIT && !open.isAsked(0)) {
            ledger.drop();
        }
        ledger.ends(ledger.at(in), kind);
    }

    private void noCommand(Ledger ledger) {
        if (known) {
            ledger.unknown(begun, "not a command of memcached");
        } else {
            ledger.endsAsNothing();
            ledger.olderIsOpen();
            at = At.OLDER;
        }
    }

    private void older(ByteBuffer in, Ledger ledger) {
        if (ledger.older()) {
            in.position(in.limit());
        } else {
            at = At.BETWEEN;
        }
    }
}
