package dev.holdfast.agent.takeover;

import dev.holdfast.agent.linux.TcpInfo;
import java.util.OptionalInt;

/**
 * Whether a server owes something on a connection: it has read more than it has answered. A pure function of what the
 * kernel knows of the connection; docs/takeover.md tells why it is right and where it is not.
 *
 * @param consumed bytes that the server has read
 * @param sent bytes that it has written and that are on their way or arrived
 * @param unread bytes that it has not read
 * @param drained all that it wrote has been acknowledged
 * @param finished the client's FIN has come
 * @param order whether data last came or was last sent
 * @param segments how many segments came, with data or not
 */
record Debt(
        long consumed,
        long sent,
        int unread,
        boolean drained,
        boolean alive,
        boolean finished,
        Order order,
        int segments) {
    enum Order {
        /** Something was sent after the last data came. */
        SENT_LAST,
        /** Data came after the last was sent. */
        RECEIVED_LAST,
        /** Both in one tick of the kernel's clock, or unread data hides when the last read data came. */
        UNCLEAR
    }

    static Debt of(TcpInfo info, int unread) {
        return new Debt(
                info.bytesReceived() - fin(info.closedByPeer()) - unread,
                info.bytesSent() + info.notSent(),
                unread,
                info.unacked() == 0 && info.notSent() == 0,
                info.state() != TcpInfo.CLOSE,
                info.closedByPeer(),
                unread > 0 || info.lastDataReceived() == info.lastDataSent()
                        ? Order.UNCLEAR
                        : info.lastDataReceived() > info.lastDataSent() ? Order.SENT_LAST : Order.RECEIVED_LAST,
                info.segmentsIn());
    }

    /** The client's FIN counts as a byte that came. */
    private static int fin(boolean finished) {
        return finished ? 1 : 0;
    }

    /** Whether {@link #owed} needs to know where the client's last segment began. */
    boolean unclear() {
        return alive && drained && consumed > 0 && order == Order.UNCLEAR;
    }

    /**
     * Whether the server may owe something.
     *
     * @param sinceLastSegment bytes of the client's stream from where its last segment began; empty where the kernel does
     *     not tell, and then stillness alone decides
     */
    boolean owed(OptionalInt sinceLastSegment) {
        if (!alive) {
            return false;
        }
        if (!drained) {
            return true;
        }
        if (consumed == 0) {
            return false;
        }
        return switch (order) {
            case SENT_LAST -> false;
            case RECEIVED_LAST -> true;
            // The client acknowledged an answer with a segment that began where the server stopped reading, or later.
            case UNCLEAR -> sinceLastSegment.isPresent() && sinceLastSegment.getAsInt() - fin(finished) > unread;
        };
    }

    boolean movedSince(Debt earlier) {
        return consumed != earlier.consumed || sent != earlier.sent;
    }

    /** Whether the client sends what is kept out: with nothing to acknowledge it sends nothing else. */
    boolean pushedSince(Debt earlier) {
        return !movedSince(earlier) && drained && earlier.drained && segments != earlier.segments;
    }
}
