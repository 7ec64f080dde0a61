package dev.holdfast.agent.observer;

import dev.holdfast.agent.protocol.Conversation;
import dev.holdfast.agent.protocol.Verdict;
import java.nio.ByteBuffer;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * A connection as it is seen on the wire. Which of the client's bytes the server has read the kernel tells by their number
 * since the connection began; on the wire they have sequence numbers. The two are put together at a moment when the server
 * has acknowledged everything and nothing passes by.
 */
final class Followed {
    /** How sure it is that nothing was owed where it began to be followed. */
    enum Beginning {
        /** The connection was new, or had been silent for long. */
        CERTAIN,
        /** The kernel's order of reads and writes said so. */
        LIKELY,
        /** That too, and at a later end of an answer nothing passed for as long as counts as quiet. */
        QUIET,
        /** Something was owed: begin again, at a moment when it is not. */
        OWED
    }

    private final Supplier<Conversation> conversations;
    private Conversation conversation;
    private Beginning beginning;
    private @Nullable Stream client;
    private @Nullable Stream server;
    private OptionalInt acknowledged = OptionalInt.empty();
    /** The end of the client's last data, whether the server took it or not. */
    private OptionalInt asked = OptionalInt.empty();
    /** Up to where the client has the server's bytes, as it said itself; empty before it has. */
    private OptionalInt taken = OptionalInt.empty();

    /** How many packets had been lost, of whatever connection, for sure before the client's last data came. */
    private long lostBefore;

    private boolean serverSpokeLast;
    private boolean lost;
    private boolean endedByClient;
    private boolean endedByServer;
    private long segments;
    /** The sequence number of the client's first byte, from which on the kernel counts; empty until it is known. */
    private OptionalInt zero = OptionalInt.empty();

    Followed(Supplier<Conversation> conversations, Beginning beginning) {
        this.conversations = conversations;
        this.conversation = conversations.get();
        this.beginning = beginning;
    }

    long segments() {
        return segments;
    }

    /**
     * Whether it is known where its bytes are in the kernel's count, and that it has been followed from between two requests:
     * what only seemed to be such a place is one when a request begins there.
     */
    boolean isKnown() {
        boolean atBeginning = switch (beginning) {
            case CERTAIN -> true;
            case LIKELY, QUIET -> client != null && client.length() > 0 && !conversation.beganAmidRequest();
            case OWED -> false;
        };
        return atBeginning && client != null && zero.isPresent() && !lost;
    }

    /** Whether nothing is owed for certain, and nothing has come that would be when it is read. */
    boolean isClear() {
        return isKnown()
                && client != null
                && !client.hasGap()
                && (server == null || !server.hasGap())
                && beginning != Beginning.LIKELY
                && conversation.verdict(client.length()) instanceof Verdict.Clear;
    }

    /** Whether one side has said that it says no more. */
    boolean isEnding() {
        return endedByClient || endedByServer;
    }

    /** Whether it has ended. */
    boolean isOver() {
        return endedByClient && endedByServer;
    }

    /** @param lostBefore how many packets, of whatever connection, were lost for sure before this one came */
    void fromClient(Segment segment, long lostBefore) {
        segments++;
        endedByClient |= segment.ends();
        if (segment.opens()) {
            endedByClient = false;
            endedByServer = false;
            restart(Beginning.CERTAIN);
            server = null;
            client = clientStream(segment.sequence() + 1);
            zero = OptionalInt.of(segment.sequence() + 1);
            taken = OptionalInt.empty();
        } else if (segment.acknowledges()) {
            take(segment.acknowledged());
        }
        if (segment.payload().hasRemaining() && !segment.opens()) {
            askedUpTo(segment.sequence());
            if (isBetterBeginning(segment)) {
                restart(Beginning.LIKELY);
            }
            if (server == null) {
                // What it says next comes behind what its client has.
                server = serverStream(segment.acknowledged());
            }
            if (client == null) {
                client = clientStream(segment.sequence());
            }
            this.lostBefore = lostBefore;
            serverSpokeLast = false;
            asked = OptionalInt.of(segment.sequence() + segment.payload().remaining());
            lost |= !client.add(segment.sequence(), segment.payload());
        }
    }

    private void take(int sequence) {
        if (taken.isEmpty() || sequence - taken.getAsInt() > 0) {
            taken = OptionalInt.of(sequence);
        }
    }

    void fromServer(Segment segment) {
        segments++;
        endedByServer |= segment.ends();
        if (segment.acknowledges()) {
            acknowledged = OptionalInt.of(segment.acknowledged());
            askedUpTo(segment.acknowledged());
        }
        if (segment.payload().hasRemaining() && !segment.isSyn()) {
            fromServer(segment.sequence(), segment.payload());
        }
    }

    void fromServer(int sequence, ByteBuffer payload) {
        if (server == null) {
            server = serverStream(sequence);
        }
        int before = server.next();
        lost |= !server.add(sequence, payload);
        // What it had said before, or nothing at all, is no answer to what has come since.
        serverSpokeLast |= server.next() != before || server.hasGap();
    }

    /** Whether anything of the client's before this was missed: then the server may have spoken before that. */
    private void askedUpTo(int sequence) {
        if (asked.isPresent() && sequence - asked.getAsInt() > 0) {
            asked = OptionalInt.of(sequence);
            serverSpokeLast = false;
        }
    }

    /** Where the server has taken all and said something after it, as good a place to begin as there is. */
    private boolean isBetterBeginning(Segment segment) {
        boolean needed = switch (beginning) {
            case CERTAIN -> false;
            case LIKELY, QUIET -> conversation.beganAmidRequest();
            case OWED -> true;
        };
        return needed && serverSpokeLast && hasTaken(segment.sequence());
    }

    private Stream clientStream(int first) {
        return new Stream(first, bytes -> conversation.fromClient(bytes));
    }

    private Stream serverStream(int first) {
        return new Stream(first, bytes -> conversation.fromServer(bytes));
    }

    /** Where the server had come stays: of what it says next, nothing can be missing unnoticed, nor come a second time. */
    private void restart(Beginning from) {
        beginning = from;
        conversation = conversations.get();
        client = null;
        server = server == null || server.hasGap() ? null : serverStream(server.next());
        lost = false;
    }

    /**
     * No segment came while the kernel was asked.
     *
     * @param lost how many packets were lost until then: another one may have been of the client's data, which the kernel
     *     counts, and the answer to it too
     */
    void still(Reading reading, long lost) {
        if (client == null || !hasTaken(client.next()) || client.hasGap() || lost != lostBefore) {
            return;
        }
        zero = OptionalInt.of(client.next() - (int) (reading.consumed() + reading.unread()));
    }

    /** It is clear, and nothing has passed for as long as counts as quiet: where it began to be followed nothing was owed. */
    void confirm() {
        if (lacksSilence()) {
            beginning = Beginning.QUIET;
        }
    }

    boolean lacksSilence() {
        return beginning == Beginning.LIKELY && isKnown();
    }

    /** Empty when the wire does not tell. */
    Optional<Opinion> opinion(Reading reading) {
        loseWhatCannotCome(reading);
        if (lost) {
            restart(Beginning.OWED);
            return unseen(reading);
        }
        long length = client == null ? 0 : client.length();
        long read = readOf(reading, length);
        if (read < 0) {
            return unseen(reading);
        }
        Verdict verdict = conversation.verdict(Math.min(read, length));
        return switch (verdict) {
            case Verdict.Unknown _ -> {
                restart(Beginning.OWED);
                yield unseen(reading);
            }
            case Verdict.Clear _ ->
                isKnown() ? Optional.of(new Opinion(verdict, beginning != Beginning.LIKELY)) : unseen(reading);
            case Verdict.Owes _ -> Optional.of(new Opinion(verdict, isKnown()));
            case Verdict.Session _ -> Optional.of(new Opinion(verdict, true));
        };
    }

    private boolean hasTaken(int sequence) {
        return acknowledged.isPresent() && acknowledged.getAsInt() == sequence;
    }

    /** Where the wire does not tell: what passed here and is kept out of the server's kernel waits, too. */
    private Optional<Opinion> unseen(Reading reading) {
        boolean waits = asked.isPresent() && acknowledged.isPresent() && asked.getAsInt() - acknowledged.getAsInt() > 0;
        return waits ? Optional.of(Reading.UNSEEN) : reading.unseen();
    }

    /** How much of the client's stream here the server has read; negative when it has not come so far. */
    private long readOf(Reading reading, long length) {
        return client == null || zero.isEmpty()
                ? length - reading.unread()
                : zero.getAsInt() + (int) reading.consumed() - client.first();
    }

    /** Whether the server has read what has not passed here. */
    boolean isBehind(Reading reading) {
        return client != null && zero.isPresent() && readOf(reading, client.length()) > client.length();
    }

    /** What is missing for so long is not waited for any more. */
    void loseGap() {
        if ((client != null && client.hasGap()) || (server != null && server.hasGap())) {
            restart(Beginning.OWED);
        }
    }

    /** A segment that both sides have, and that has not passed here, will not. */
    private void loseWhatCannotCome(Reading reading) {
        lost |= isBehind(reading);
        lost |= client != null
                && acknowledged.isPresent()
                && acknowledged.getAsInt() - client.next() > (endedByClient ? 1 : 0);
        lost |= server != null && taken.isPresent() && taken.getAsInt() - server.next() > (endedByServer ? 1 : 0);
        lost |= server != null && server.hasGap() && reading.acknowledged();
    }
}
