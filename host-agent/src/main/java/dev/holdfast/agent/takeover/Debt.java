package dev.holdfast.agent.takeover;

import dev.holdfast.agent.linux.TcpInfo;
import java.util.OptionalInt;
import java.util.function.BooleanSupplier;

/**
 * What one look at a connection shows of what a server has read and written. A pure function of what the kernel knows;
 * {@link Standing} makes a judgement of several.
 *
 * @param consumed bytes that the server has read
 * @param sent bytes that it has written and that are on their way or arrived
 * @param unread bytes that it has not read
 * @param acknowledged all that it wrote has been
 * @param drained it does not wait for room to write more: the kernel sees to what it has written
 * @param alive the server may still say something
 * @param finished the client's FIN has come
 * @param order whether data last came or was last sent
 * @param segments how many segments came, with data or not
 * @param idleMillis since data last came or was last sent
 * @param sentMillis since any was last sent
 */
record Debt(
        long consumed,
        long sent,
        int unread,
        boolean acknowledged,
        boolean drained,
        boolean alive,
        boolean finished,
        Order order,
        int segments,
        long idleMillis,
        long sentMillis) {
    private static final long LONG_MILLIS = 1_000;

    enum Order {
        /** Something was sent after the last data came. */
        SENT_LAST,
        /** Data came after the last was sent. */
        RECEIVED_LAST,
        /** Both in one tick of the kernel's clock, or unread data hides when the last read data came. */
        UNCLEAR
    }

    /**
     * What is seen.
     *
     * @param writable whether the socket has room for more; asked only where something is underway
     */
    static Debt of(TcpInfo info, int unread, BooleanSupplier writable) {
        boolean acknowledged = info.unacked() == 0 && info.notSent() == 0;
        return new Debt(
                info.bytesReceived() - fin(info.closedByPeer()) - unread,
                info.bytesSent() + info.notSent(),
                unread,
                acknowledged,
                acknowledged || writable.getAsBoolean(),
                info.state() != TcpInfo.CLOSE && !info.finished(),
                info.closedByPeer(),
                order(info, unread),
                info.segmentsIn(),
                Math.min(info.lastDataReceived(), info.lastDataSent()),
                info.lastDataSent());
    }

    /** Whether that is what is seen now too: nothing has come since, with data or without, and nothing was sent; and nothing waits. */
    boolean isStill(TcpInfo now) {
        return isAtRest()
                && now.established()
                && now.segmentsIn() == segments
                && now.bytesReceived() == consumed
                && now.bytesSent() == sent
                && now.unacked() == 0
                && now.notSent() == 0;
    }

    /** Whether both sides have all that was said, can say more, and who spoke last is known. */
    boolean isAtRest() {
        return unread == 0 && acknowledged && alive && !finished && !unclear();
    }

    private static Order order(TcpInfo info, int unread) {
        if (unread > 0 || info.lastDataReceived() == info.lastDataSent()) {
            return Order.UNCLEAR;
        }
        return info.lastDataReceived() > info.lastDataSent() ? Order.SENT_LAST : Order.RECEIVED_LAST;
    }

    /** The client's FIN counts as a byte that came. */
    private static int fin(boolean finished) {
        return finished ? 1 : 0;
    }

    /** Whether it can be asked where the client's last segment began, and the answer would say something. */
    boolean unclear() {
        return alive && acknowledged && consumed > 0 && unread == 0 && order == Order.UNCLEAR;
    }

    /**
     * The same with the order known: the client acknowledged an answer with a segment that begins behind its request.
     *
     * @param sinceLastSegment bytes of the client's stream from where its last segment began; empty where that is not known
     */
    Debt with(OptionalInt sinceLastSegment) {
        if (!unclear() || sinceLastSegment.isEmpty()) {
            return this;
        }
        return with(sinceLastSegment.getAsInt() - fin(finished) > 0 ? Order.RECEIVED_LAST : Order.SENT_LAST);
    }

    /** The same with the order that was known before, where nothing has come or gone since. */
    Debt orderedAs(Debt earlier) {
        return unclear() && segments == earlier.segments && !movedSince(earlier) ? with(earlier.order) : this;
    }

    private Debt with(Order known) {
        return new Debt(
                consumed,
                sent,
                unread,
                acknowledged,
                drained,
                alive,
                finished,
                known,
                segments,
                idleMillis,
                sentMillis);
    }

    /** Whether it has been silent for so long that no answer can be underway, as far as can be told. */
    boolean isLongStill() {
        return idleMillis >= LONG_MILLIS;
    }

    /**
     * The same, as its server left it: the silence since then tells nothing.
     *
     * @param agoMillis how long ago it died, or worked last
     */
    Debt before(long agoMillis) {
        return with(Math.max(0, idleMillis - agoMillis), Math.max(0, sentMillis - agoMillis));
    }

    /** Whether something passed so shortly before its server died that an answer may have been underway, whatever else is seen. */
    boolean isFresh() {
        return alive && consumed > 0 && !isLongStill();
    }

    /** The same, knowing of an earlier look: what has come since and was not read does not end a silence. */
    Debt after(Debt earlier, long millisBefore) {
        long silent = movedSince(earlier) ? 0 : earlier.idleMillis + millisBefore;
        return with(Math.max(idleMillis, silent), sentMillis);
    }

    private Debt with(long idle, long quiet) {
        return new Debt(consumed, sent, unread, acknowledged, drained, alive, finished, order, segments, idle, quiet);
    }

    boolean movedSince(Debt earlier) {
        return consumed != earlier.consumed || sent != earlier.sent;
    }

    /** Whether the client sends what is kept out: with nothing to acknowledge it sends nothing else. */
    boolean pushedSince(Debt earlier) {
        return !movedSince(earlier) && acknowledged && earlier.acknowledged && segments != earlier.segments;
    }
}
