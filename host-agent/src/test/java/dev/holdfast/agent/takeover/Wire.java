package dev.holdfast.agent.takeover;

import dev.holdfast.agent.takeover.Debt.Order;
import java.util.OptionalInt;

/**
 * A model of one connection: a client that sends a request when it has its answer, in segments of its own; the kernel, which
 * keeps time in ticks; and a server that answers each request when it has read all of it, whenever that is.
 */
final class Wire {
    enum Act {
        /** The client sends the next segment of its request. */
        SEND,
        /** The server reads all that there is, if it is told or restless. */
        READ,
        /** The same, as much as its buffer takes. */
        READ_SOME,
        WRITE,
        ACKNOWLEDGE,
        TICK,
        /** Nothing happens for as long as makes a server count as quiet. */
        SILENCE
    }

    static final int SEGMENT = 10;
    private static final int QUIET_TICKS = 13;

    private final boolean restless;
    private final int segments;
    private long now = 100;
    private long received = 100;
    private long sent = 50;
    private int unread;
    private int toSend;
    private boolean asking;
    private boolean answered = true;
    private boolean acknowledged = true;
    private long receivedAt = 50;
    private long sentAt = 50;
    private long movedAt = 50;
    private int sinceLastSegment;
    private boolean told = true;

    /**
     * Begins where a request was answered long ago.
     *
     * @param restless the server reads without being woken
     * @param segments of each request
     */
    Wire(boolean restless, int segments) {
        this.restless = restless;
        this.segments = segments;
    }

    void act(Act act) {
        switch (act) {
            case SEND -> send();
            case READ -> read(unread);
            case READ_SOME -> read(Math.min(unread, SEGMENT / 2));
            case WRITE -> write();
            case ACKNOWLEDGE -> acknowledge();
            case TICK -> now++;
            case SILENCE -> now += QUIET_TICKS;
        }
    }

    private void send() {
        if (!asking && segments > 1 && now == sentAt) {
            // The kernel's clock does not tell it from the answer: a limit that docs/takeover.md names.
            return;
        }
        if (!asking) {
            asking = true;
            answered = false;
            toSend = segments;
        }
        if (toSend > 0) {
            toSend--;
            received += SEGMENT;
            unread += SEGMENT;
            receivedAt = now;
            acknowledged = true;
            sinceLastSegment = SEGMENT;
        }
    }

    private void read(int bytes) {
        if (bytes > 0 && (told || restless)) {
            unread -= bytes;
            movedAt = now;
        }
    }

    private void write() {
        if (!answered && toSend == 0 && unread == 0) {
            sent += SEGMENT;
            sentAt = now;
            movedAt = now;
            answered = true;
            asking = false;
            acknowledged = false;
        }
    }

    /** With a segment of nothing, which begins behind the request. */
    private void acknowledge() {
        if (!acknowledged) {
            acknowledged = true;
            sinceLastSegment = 0;
        }
    }

    void tell(boolean wanted) {
        told = wanted;
    }

    boolean isTold() {
        return told;
    }

    boolean isSilent() {
        return now - movedAt >= QUIET_TICKS;
    }

    Debt debt() {
        Order order = unread > 0 || receivedAt == sentAt
                ? Order.UNCLEAR
                : receivedAt < sentAt ? Order.SENT_LAST : Order.RECEIVED_LAST;
        long idle = 4 * (now - Math.max(receivedAt, sentAt));
        return new Debt(received - unread, sent, unread, acknowledged, true, true, false, order, 0, idle, idle);
    }

    OptionalInt sinceLastSegment() {
        return OptionalInt.of(sinceLastSegment);
    }

    /** Whether the server has read something that it has not answered: the truth. */
    boolean owes() {
        return asking && !answered && (segments - toSend) * SEGMENT > unread;
    }
}
