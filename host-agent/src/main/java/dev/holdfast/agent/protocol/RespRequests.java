package dev.holdfast.agent.protocol;

import java.nio.ByteBuffer;

/** The commands of RESP: arrays of bulk strings, and inline ones. */
final class RespRequests implements Requests {
    private static final int INLINE_LIMIT = 65_536;
    private static final int ARGUMENTS_LIMIT = 1_048_576;

    /** Of an array whose beginning was not seen. */
    private static final long REST = -1;

    private enum At {
        BETWEEN,
        COUNT,
        DOLLAR,
        SIZE,
        DATA,
        INLINE,
        OLDER
    }

    private final Decimal number = new Decimal();
    private final TextLine line = new TextLine(INLINE_LIMIT);
    private final RespCommand command = new RespCommand();
    private At at = At.BETWEEN;
    private long begun;
    private long arguments;
    private long left;
    private boolean known;

    @Override
    public void read(ByteBuffer in, Ledger ledger) {
        while (in.hasRemaining() && !ledger.isLeft()) {
            switch (at) {
                case BETWEEN -> between(in, ledger);
                case COUNT -> count(in, ledger);
                case DOLLAR -> dollar(in, ledger);
                case SIZE -> size(in, ledger);
                case DATA -> data(in, ledger);
                case INLINE -> inline(in, ledger);
                case OLDER -> older(in, ledger);
            }
        }
    }

    private void between(ByteBuffer in, Ledger ledger) {
        byte b = in.get(in.position());
        begun = ledger.at(in);
        if (b == '\r' || b == '\n') {
            in.get();
            return;
        }
        if (b == '$') {
            // The rest of an array. What had looked like an inline command was a part of it, and its answer is counted.
            if (!known) {
                ledger.olderIsOpen();
                known = true;
            }
            in.get();
            arguments = REST;
            number.begin();
            at = At.SIZE;
            return;
        }
        ledger.begins(begun);
        command.begin();
        if (b == '*') {
            in.get();
            number.begin();
            at = At.COUNT;
        } else if (b > ' ' && (known || Character.isLetter(b))) {
            if (!known) {
                ledger.mayBeAmidRequest();
            }
            at = At.INLINE;
        } else {
            noCommand(ledger);
        }
    }

    private void count(ByteBuffer in, Ledger ledger) {
        if (!number.read(in)) {
            return;
        }
        arguments = number.value();
        if (number.isBroken() || number.isStreamed() || arguments > ARGUMENTS_LIMIT) {
            noCommand(ledger);
        } else if (arguments <= 0) {
            ended(in, ledger);
        } else {
            at = At.DOLLAR;
        }
    }

    private void dollar(ByteBuffer in, Ledger ledger) {
        if (in.get() != '$') {
            noCommand(ledger);
            return;
        }
        number.begin();
        at = At.SIZE;
    }

    private void size(ByteBuffer in, Ledger ledger) {
        if (!number.read(in)) {
            return;
        }
        if (number.isBroken() || number.isStreamed() || number.value() < 0) {
            noCommand(ledger);
            return;
        }
        command.word();
        left = number.value() + 2;
        at = At.DATA;
    }

    private void data(ByteBuffer in, Ledger ledger) {
        int count = (int) Math.min(left, in.remaining());
        command.add(in, (int) Math.max(0, Math.min(count, left - 2)));
        in.position(in.position() + count);
        left -= count;
        if (left == 0 && arguments == REST) {
            at = At.BETWEEN;
        } else if (left == 0) {
            arguments--;
            at = At.DOLLAR;
            if (arguments == 0) {
                ended(in, ledger);
            }
        }
    }

    private void inline(ByteBuffer in, Ledger ledger) {
        if (!line.read(in)) {
            return;
        }
        if (line.isTooLong()) {
            noCommand(ledger);
        } else {
            command.line(line);
            ended(in, ledger);
        }
    }

    private void ended(ByteBuffer in, Ledger ledger) {
        known = true;
        at = At.BETWEEN;
        int kind = command.kind();
        if (command.isEmpty()) {
            ledger.endsAsNothing();
        } else if (kind == RespState.NO_REPLY) {
            ledger.session(begun, "a client that wants no answers");
        } else if (kind == RespState.SYNC) {
            ledger.session(begun, "a replica");
        } else {
            ledger.ends(ledger.at(in), kind);
        }
    }

    private void noCommand(Ledger ledger) {
        if (known) {
            ledger.unknown(begun, "not a command of RESP");
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
