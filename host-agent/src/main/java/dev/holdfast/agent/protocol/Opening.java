package dev.holdfast.agent.protocol;

import java.nio.ByteBuffer;

/** The first bytes of a direction: whether they are those of something that is not followed and can be told at once. */
final class Opening {
    private static final int FRAME_HEADER = 9;

    /** What else may be spoken where this protocol is. */
    enum Of {
        HTTP,
        OTHERS
    }

    private final Of protocol;
    private final boolean client;
    private final byte[] first = new byte[FRAME_HEADER];
    private int length;

    Opening(Of protocol, boolean client) {
        this.protocol = protocol;
        this.client = client;
    }

    /** Takes bytes until it is decided, and tells the ledger if it is something else. */
    boolean decides(ByteBuffer in, Ledger ledger) {
        while (in.hasRemaining()) {
            if (length == 0 && isText(in.get(in.position()))) {
                return true;
            }
            first[length++] = in.get();
            if (recognised(ledger) || length == FRAME_HEADER || (protocol == Of.OTHERS && !mayBeTls())) {
                return true;
            }
        }
        return false;
    }

    /** What was taken and is to be read yet. */
    ByteBuffer kept() {
        return ByteBuffer.wrap(first, 0, length);
    }

    private static boolean isText(byte b) {
        return b >= ' ' || b == '\r' || b == '\n' || b == '\t';
    }

    private boolean recognised(Ledger ledger) {
        if (length == 6 && mayBeTls()) {
            // A client's hello that the server has not read is as good for the next one.
            boolean unread = client && first[0] == 0x16 && first[5] == 1;
            ledger.session(unread ? 0 : Ledger.ALWAYS, "TLS");
        } else if (protocol == Of.HTTP && length == 2 && isWebSocket()) {
            ledger.session(Ledger.ALWAYS, "a WebSocket");
        } else if (protocol == Of.HTTP && length == FRAME_HEADER && isHttp2()) {
            ledger.session(Ledger.ALWAYS, "HTTP/2");
        }
        return ledger.isLeft();
    }

    /** As far as it has come: a record's type, and a version from SSL 3.0 to TLS 1.2, which later ones give too. */
    private boolean mayBeTls() {
        return first[0] >= 0x14
                && first[0] <= 0x17
                && (length < 2 || first[1] == 3)
                && (length < 3 || (first[2] >= 0 && first[2] <= 4));
    }

    /** RFC 6455, section 5.2: a client masks its frames, a server does not; control frames are short and whole. */
    private boolean isWebSocket() {
        int opcode = first[0] & 0x0f;
        boolean last = first[0] < 0;
        boolean compressed = (first[0] & 0x40) != 0;
        boolean masked = first[1] < 0;
        int size = first[1] & 0x7f;
        if ((first[0] & 0x30) != 0 || masked != client) {
            return false;
        }
        return switch (opcode) {
            case 0 -> !compressed && (client || last);
            case 1, 2 -> client || last;
            case 8, 9, 10 -> last && !compressed && size <= 125;
            default -> false;
        };
    }

    /** RFC 9113, section 4.1: a frame below 64 KiB of a known type. */
    private boolean isHttp2() {
        int size = (first[1] & 0xff) << 8 | (first[2] & 0xff);
        boolean stream = (first[5] | first[6] | first[7] | first[8]) != 0;
        if (first[0] != 0 || first[5] < 0) {
            return false;
        }
        return switch (first[3]) {
            case 0, 1, 9 -> stream;
            case 2 -> stream && size == 5;
            case 3 -> stream && size == 4;
            case 4 -> !stream && size % 6 == 0;
            case 6 -> !stream && size == 8;
            case 7 -> !stream && size >= 8;
            case 8 -> size == 4;
            default -> false;
        };
    }
}
