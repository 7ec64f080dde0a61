package dev.holdfast.acceptance.load;

import java.net.InetSocketAddress;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** What one client has asked, and what it was answered. */
final class Ledger {
    /** How many answered requests are remembered: more than any client has outstanding. */
    private static final int REMEMBERED = 20;

    private static final DateTimeFormatter TIME =
            DateTimeFormatter.ofPattern("HH:mm:ss.SSS").withZone(ZoneOffset.UTC);

    private record Sent(long number, long nanos, Instant at) {}

    private record Answered(Sent request, Answer answer, Instant at) {}

    private final Protocol protocol;
    private final ArrayDeque<Sent> outstanding = new ArrayDeque<>();
    private final ArrayDeque<Answered> remembered = new ArrayDeque<>();
    private final List<Wrong> wrong = new ArrayList<>();
    private final Map<String, Long> answersByVersion = new LinkedHashMap<>();
    /** What happened otherwise. */
    private final List<String> notes = new ArrayList<>();

    private long sent;
    private long answered;
    private long stallNanos;
    private boolean windowOpen;
    private long windowStart;

    Ledger(Protocol protocol) {
        this.protocol = protocol;
    }

    void sent(long number) {
        outstanding.add(new Sent(number, System.nanoTime(), Instant.now()));
        sent++;
    }

    int owed() {
        return outstanding.size();
    }

    /** Whether an answer has been awaited for longer than this. */
    boolean overdue(long nanos) {
        Sent first = outstanding.peek();
        return first != null && System.nanoTime() - first.nanos() > nanos;
    }

    void openWindow() {
        windowOpen = true;
        windowStart = System.nanoTime();
        stallNanos = 0;
    }

    /** Checks an answer against the oldest request that has none; false when there is no such request. */
    boolean answered(Answer answer, InetSocketAddress local) {
        Sent request = outstanding.poll();
        if (request == null) {
            return false;
        }
        answered++;
        answersByVersion.merge(answer.version(), 1L, Long::sum);
        if (answer.number() != protocol.expected(request.number())) {
            wrong.add(new Wrong(kindOf(answer), "request " + request.number() + " was answered with " + answer));
        } else if (answer.peer() != null && !answer.peer().equals(local)) {
            wrong.add(new Wrong(Wrong.Kind.OTHER, "the server took the client for " + answer.peer()));
        }
        if (windowOpen) {
            stallNanos = Math.max(stallNanos, System.nanoTime() - Math.max(request.nanos(), windowStart));
        }
        if (remembered.size() == REMEMBERED) {
            remembered.removeFirst();
        }
        remembered.add(new Answered(request, answer, Instant.now()));
        return true;
    }

    /** Whether it is the answer to a request that had its answer. */
    boolean hadIts(Answer answer) {
        return kindOf(answer) == Wrong.Kind.DOUBLED;
    }

    private Wrong.Kind kindOf(Answer answer) {
        if (remembered.stream().anyMatch(entry -> entry.answer().number() == answer.number())) {
            return Wrong.Kind.DOUBLED;
        }
        boolean asked = Stream.concat(remembered.stream().map(Answered::request), outstanding.stream())
                .anyMatch(request -> protocol.expected(request.number()) == answer.number());
        return asked ? Wrong.Kind.REORDERED : Wrong.Kind.OTHER;
    }

    /** Something happened that is not a request or an answer. */
    void note(String what) {
        notes.add(TIME.format(Instant.now()) + " " + what);
    }

    void wrong(Wrong what) {
        wrong.add(what);
    }

    ClientReport report(String kind, InetSocketAddress local, @Nullable Fault fault) {
        boolean good = fault == null && wrong.isEmpty();
        Sent first = outstanding.peek();
        return new ClientReport(
                kind,
                local,
                sent,
                answered,
                List.copyOf(wrong),
                new LinkedHashMap<>(answersByVersion),
                stallNanos,
                fault,
                first == null ? null : first.at(),
                good ? List.of() : history());
    }

    private List<String> history() {
        Stream<String> answers = remembered.stream()
                .map(entry -> "%s request %d, answered %s by %s"
                        .formatted(
                                TIME.format(entry.request().at()),
                                entry.request().number(),
                                TIME.format(entry.at()),
                                entry.answer().version()));
        Stream<String> open = outstanding.stream()
                .map(request -> TIME.format(request.at()) + " request " + request.number() + ", no answer");
        return Stream.concat(
                        notes.stream().limit(1),
                        Stream.concat(
                                answers, Stream.concat(open, notes.stream().skip(1))))
                .toList();
    }
}
