package dev.holdfast.agent.protocol;

import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/** What is known of a conversation, whatever the protocol: the parsers of both directions write it down here. */
final class Ledger {
    private static final long NONE = -1;
    /** Noticed in what the server sent, or for sure: holds whatever the server has read. */
    static final long ALWAYS = -1;

    private final OpenRequests open = new OpenRequests();
    private long given;
    private long sent;
    /** Where offset zero of a buffer that is being read lies in its stream. */
    private long base;

    /** Where the request begins of which not all has come. */
    private long begun = NONE;
    /** How much the server had sent when the last request began. */
    private long sentAtBegin = NONE;

    private long answeredUpTo;
    private boolean older;
    private boolean hadOlder;
    private @Nullable String state;
    private @Nullable Verdict over;
    /** From where on in the client's stream it is not followed, and why; what came before may still be answered. */
    private long left;

    private @Nullable Verdict leaves;

    void clientGives(ByteBuffer in) {
        base = given - in.position();
        given += in.remaining();
    }

    void serverGives(ByteBuffer in) {
        base = sent - in.position();
        sent += in.remaining();
    }

    /** Where the next byte of a buffer lies in its stream. */
    long at(ByteBuffer in) {
        return base + in.position();
    }

    OpenRequests open() {
        return open;
    }

    /** The first byte of a request has come; it is at this place. */
    void begins(long at) {
        begun = at;
        sentAtBegin = sent;
    }

    /** What the request that has begun is, is known; an answer may come before its end does. */
    void opens(int kind) {
        add(OpenRequests.UNENDED, kind);
    }

    /** A request that was opened has come to its end. */
    void ends(long at) {
        if (!open.endLast(at)) {
            answeredUpTo = at;
        }
        begun = NONE;
    }

    /** A request has come as a whole. */
    void ends(long at, int kind) {
        add(at, kind);
        begun = NONE;
    }

    /** What had begun was no request: nothing will answer it. */
    void endsAsNothing() {
        begun = NONE;
    }

    private void add(long end, int kind) {
        if (open.size() == OpenRequests.LIMIT) {
            unknown(ALWAYS, "more than " + OpenRequests.LIMIT + " requests that are not answered");
        } else {
            open.add(begun, end, kind);
        }
    }

    /** There is a request from before this was followed. */
    void olderIsOpen() {
        older = true;
        hadOlder = true;
    }

    /** What looks like a request may be the rest of one. */
    void mayBeAmidRequest() {
        hadOlder = true;
    }

    boolean hadOlder() {
        return hadOlder;
    }

    boolean older() {
        return older;
    }

    /** An answer has come to its end. The oldest request has it, which may be one that was never seen. */
    void answered() {
        if (older) {
            older = false;
        } else if (!open.isEmpty()) {
            drop();
        }
    }

    /** The oldest request is none of which more is to be expected. */
    void drop() {
        long end = open.remove();
        if (end != OpenRequests.UNENDED) {
            answeredUpTo = end;
        }
    }

    /** How far the server had come in its stream when the last request began: an answer may begin there. */
    long sentAtBegin() {
        return sentAtBegin;
    }

    /** What the server keeps for the connection, as long as it does. */
    void keeps(@Nullable String what) {
        state = what;
    }

    /** From now on it is a session, and followed no more. */
    void session(long from, String what) {
        end(from, new Verdict.Session(what));
    }

    void unknown(long from, String why) {
        end(from, new Verdict.Unknown(why));
    }

    private void end(long from, Verdict verdict) {
        if (from == ALWAYS) {
            over = over == null ? verdict : over;
        } else if (leaves == null) {
            leaves = verdict;
            left = from;
        }
    }

    /** Whether more of the server's stream says nothing. */
    boolean isOver() {
        return over != null;
    }

    /** Whether more of the client's stream says nothing. */
    boolean isLeft() {
        return over != null || leaves != null;
    }

    /**
     * Decides.
     *
     * @param underway what the server is in the middle of, or null
     */
    Verdict verdict(long read, @Nullable String underway) {
        if (leaves != null && read > left) {
            return leaves;
        }
        if (over != null) {
            return over;
        }
        if (state != null) {
            return new Verdict.Session(state);
        }
        if (read > given) {
            return new Verdict.Owes("an answer to what was not seen yet");
        }
        int answers = answersDue(read);
        if (answers > 1) {
            return new Verdict.Owes(answers + " answers");
        }
        if (underway != null) {
            return new Verdict.Owes(underway);
        }
        if (answers == 1) {
            return new Verdict.Owes("an answer");
        }
        if (older) {
            return new Verdict.Owes("the rest of a request");
        }
        return isHalf(read) ? new Verdict.Owes("half of a request") : new Verdict.Clear();
    }

    private int answersDue(long read) {
        int due = 0;
        for (int request = 0; request < open.size() && open.end(request) <= read; request++) {
            due += open.isAsked(request) ? 1 : 0;
        }
        return due;
    }

    private boolean isHalf(long read) {
        for (int request = 0; request < open.size() && open.begin(request) < read; request++) {
            if (read < open.end(request)) {
                return true;
            }
        }
        return read < answeredUpTo || (begun != NONE && read > begun);
    }
}
