package dev.holdfast.agent.takeover;

import dev.holdfast.agent.linux.Sockets;
import dev.holdfast.agent.linux.TcpRepair;
import dev.holdfast.agent.observer.Flow;
import dev.holdfast.agent.observer.Observer;
import dev.holdfast.agent.observer.Opinion;
import dev.holdfast.agent.observer.Reading;
import dev.holdfast.agent.protocol.Conversations;
import dev.holdfast.agent.protocol.Verdict;
import dev.holdfast.common.manifest.Takeover;
import java.net.InetSocketAddress;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Looks at connections and remembers what was seen of each: in the kernel, and on the wire where its protocol is known. */
final class Judge implements AutoCloseable {
    /** More than a send buffer has room for, unless an operator made it so. */
    private static final int MOST_UNACKNOWLEDGED = 16 << 20;

    private final HeldSockets held;
    private final Takeover policy;
    private Optional<Observer> observer = Optional.empty();
    private final Map<Long, Standing> standings = new HashMap<>();
    /** When the server was frozen last: its silence until then tells nothing. */
    private OptionalLong stood = OptionalLong.empty();
    /** When the server read and wrote last, where it is not to go on. */
    private OptionalLong died = OptionalLong.empty();
    /** Whether we may ask for what TCP_INFO does not tell. */
    private boolean kernelTells = true;

    Judge(HeldSockets held, Takeover policy) {
        this.held = held;
        this.policy = policy;
    }

    boolean kernelTells() {
        return kernelTells;
    }

    /** The first look, before anything is done to the server. */
    void begin(Collection<HeldConnection> connections) {
        if (policy.protocol() != Takeover.Protocol.OPAQUE) {
            Set<Integer> ports = Stream.concat(
                            held.listeners().stream().map(HeldListener::address),
                            connections.stream().map(HeldConnection::local))
                    .map(InetSocketAddress::getPort)
                    .collect(Collectors.toSet());
            observer = Observer.open(
                    held.sockets(),
                    ports,
                    () -> Conversations.of(policy.protocol()).orElseThrow());
        }
        for (HeldConnection connection : connections) {
            Standing first = look(connection, false).now();
            observer.ifPresent(wire -> wire.found(
                    flow(connection),
                    first.owes(),
                    first.isLongStill(),
                    first.last().consumed()));
        }
        observer.ifPresent(Observer::begin);
    }

    /** Before a round of looks. */
    void catchUp() {
        observer.ifPresent(Observer::catchUp);
    }

    /** Whether more can be learned by looking again. */
    boolean isOnTheWire() {
        return observer.isPresent();
    }

    /** The server stands, and owes nothing. */
    void quiet() {
        if (observer.isPresent()) {
            observer.get().quiet();
        }
    }

    /** As {@link #catchUp}, while nobody asks for long. */
    void keepUp() {
        observer.ifPresent(Observer::keepUp);
    }

    /** Whether looking longer would not tell more: its beginning or its silence has been seen, or nobody can see it. */
    boolean isKnown(HeldConnection connection) {
        return observer.isEmpty()
                || observer.get().knows(flow(connection))
                || isSilent(connection, look(connection, false).now());
    }

    /** Whether nothing had passed for long at the last look, and nothing has since. */
    boolean isAsleep(HeldConnection connection) {
        Standing standing = standings.get(connection.inode());
        return standing != null && !standing.isSure() && isSilent(connection, standing);
    }

    /** Whether nothing has passed for long, and only when the server stands the kernel tells whether its last word was an answer. */
    boolean tellsMoreFrozen(HeldConnection connection) {
        Standing standing = standings.get(connection.inode());
        return standing != null
                && standing.isLongStill()
                && hidesItsOrder(connection, standing.last())
                && !isSeen(connection);
    }

    /** Whether that nothing is owed on it is certain, which it may become while nothing passes. */
    boolean isSettled(HeldConnection connection) {
        return observer.isEmpty() || look(connection, false).settled();
    }

    /**
     * Asks the kernel of some of them on the caller's thread, for a look that follows: the server stands, and all its clients
     * wait for the answers. Meanwhile nobody may look.
     *
     * @param found by inode; what is to be asked by the look itself is left out
     */
    void ask(Collection<HeldConnection> some, Sockets sockets, Map<Long, Debt> found) {
        for (HeldConnection connection : some) {
            if (!isInDoubt(connection)) {
                found.put(connection.inode(), ordered(connection, HeldSockets.debt(connection, sockets), sockets));
            }
        }
    }

    private boolean isInDoubt(HeldConnection connection) {
        return observer.isPresent() && observer.get().isInDoubt(flow(connection));
    }

    /** That one, where it sleeps and not even a frozen server's connection would tell more of it. */
    Optional<Sleeper> sleeper(HeldConnection connection) {
        Standing standing = standings.get(connection.inode());
        Flow flow = flow(connection);
        return standing != null
                        && !standing.owes()
                        && standing.last().isAtRest()
                        && isSilent(connection, standing)
                        && !observer.orElseThrow().hasPassed(flow)
                ? Optional.of(new Sleeper(connection, flow, standing.last()))
                : Optional.empty();
    }

    /** Those on which something has passed; empty where the wire does not tell. */
    Optional<List<HeldConnection>> passed(Collection<HeldConnection> connections) {
        catchUp();
        return observer.filter(Observer::hasSeenAll)
                .map(wire -> connections.stream()
                        .filter(connection -> wire.hasPassed(flow(connection)))
                        .toList());
    }

    /** Who watches the wire; empty where nobody does. */
    Optional<Observer> observer() {
        return observer;
    }

    /** Whether nothing is owed on it and nothing waits, as certain as the wire tells it. */
    boolean isClearOnTheWire(HeldConnection connection) {
        return observer.isPresent() && observer.get().isClear(flow(connection));
    }

    /** Whether nothing but a silence is missing to know for certain that nothing is owed on it, when nothing is. */
    boolean lacksSilence(HeldConnection connection) {
        return observer.isPresent() && observer.get().lacksSilence(flow(connection));
    }

    /** Whether it still sleeps, as {@link #ask}: on any thread, while nobody looks. */
    boolean isStill(Sleeper sleeper, Sockets sockets) {
        return sleeper.isStill(sockets)
                && observer.filter(wire -> wire.hasSeen(sleeper.flow())).isEmpty();
    }

    /** The server stands, and has been looked at. */
    void stands() {
        stood = OptionalLong.of(System.nanoTime());
    }

    /** With what only a frozen server's connection tells, where it will be asked for. */
    private Debt ordered(HeldConnection connection, Debt debt, Sockets sockets) {
        Standing before = standings.get(connection.inode());
        Debt seen = before == null ? debt : debt.orderedAs(before.last());
        return hidesItsOrder(connection, seen) && !isSeen(connection)
                ? seen.with(TcpRepair.bytesSinceLastSegment(sockets, connection.fd(), seen.isLongStill()))
                : seen;
    }

    /** Whether only TCP_REPAIR tells which came last, a request or its answer. */
    private static boolean hidesItsOrder(HeldConnection connection, Debt debt) {
        return debt.unclear() && connection.lastSegmentIsWhole(debt.segments());
    }

    /** Looks; a server that is frozen may be asked for more. */
    Judgement look(HeldConnection connection, boolean frozen) {
        return look(connection, frozen, null);
    }

    /** As above, with the answer to {@link #ask(Collection, Sockets, Map)}, where there is one; nothing may have passed since. */
    Judgement look(HeldConnection connection, boolean frozen, @Nullable Debt answer) {
        Standing before = standings.get(connection.inode());
        Debt asked = answer == null || isInDoubt(connection) ? ask(connection) : answer;
        Debt seen = before == null ? asked : asked.orderedAs(before.last());
        Optional<Opinion> opinion = opinion(connection, seen);
        if (frozen) {
            stands();
        }
        if (isQuiet(seen) && opinion.filter(Judge::isClearPerhaps).isPresent()) {
            observer.orElseThrow().confirm(flow(connection));
            opinion = opinion(connection, seen);
        }
        if (frozen && opinion.filter(Judge::owes).isPresent()) {
            // What its client does not take cannot have passed on the wire, and what passed may have been missed.
            lookAtWhatIsWritten(connection);
            opinion = opinion(connection, seen);
        }
        Debt debt = frozen && opinion.isEmpty() && hidesItsOrder(connection, seen)
                ? seen.with(sinceLastSegment(connection, seen))
                : seen;
        Standing now = before == null ? Standing.first(debt) : before.next(debt);
        if (before != null
                && connection.isPaused()
                && debt.consumed() > before.last().consumed()
                && debt.unread() > 0) {
            now = now.begun();
        }
        standings.put(connection.inode(), now);
        if (opinion.isPresent()) {
            return Judgement.of(before, now, opinion.get());
        }
        boolean silent = isSilent(connection, now);
        // Whether data came last or an answer was sent last can be asked when the server stands, and is then.
        return silent && !frozen && debt.unclear() ? Judgement.silent(before, now) : Judgement.of(before, now, silent);
    }

    private Optional<Opinion> opinion(HeldConnection connection, Debt debt) {
        // Nobody is owed anything by one who has said his last.
        return debt.alive()
                ? observer.flatMap(wire -> wire.opinion(flow(connection), reading(debt)))
                : Optional.empty();
    }

    private static boolean owes(Opinion opinion) {
        return opinion.verdict() instanceof Verdict.Owes;
    }

    private static boolean isClearPerhaps(Opinion opinion) {
        return !opinion.certain() && opinion.verdict() instanceof Verdict.Clear;
    }

    /**
     * Whether the server has said nothing for as long as has to be enough where nothing is certain. What has come since, and it
     * has not read, does not end that.
     */
    private boolean isQuiet(Debt debt) {
        return debt.sentMillis() >= policy.quiet().toMillis()
                && (stood.isEmpty()
                        || System.nanoTime() - stood.getAsLong()
                                >= policy.quiet().toNanos());
    }

    private void lookAtWhatIsWritten(HeldConnection connection) {
        TcpRepair.unacknowledged(held.sockets(), connection.fd(), MOST_UNACKNOWLEDGED)
                .ifPresent(rest -> observer.orElseThrow().written(flow(connection), rest.sequence(), rest.bytes()));
    }

    /** For how long nothing had passed at the last look; 0 when there was none. */
    long idleMillis(HeldConnection connection) {
        Standing standing = standings.get(connection.inode());
        return standing == null ? 0 : standing.last().idleMillis();
    }

    /** How much had been read at the last look; nothing when there was none. */
    long read(HeldConnection connection) {
        Standing standing = standings.get(connection.inode());
        return standing == null ? 0 : standing.last().consumed();
    }

    /** Where the kernel does not tell us, a server that was silent for long has answered, as far as we can know. */
    boolean isLongStill(HeldConnection connection) {
        Standing standing = standings.get(connection.inode());
        return standing != null && standing.isLongStill();
    }

    /** Whether anything has passed on the wire; never where nobody looks. */
    private boolean isSeen(HeldConnection connection) {
        return observer.isPresent() && observer.get().hasSeen(flow(connection));
    }

    /** Nothing has passed on the wire, and nothing had for long. */
    private boolean isSilent(HeldConnection connection, Standing standing) {
        return observer.isPresent() && !isSeen(connection) && standing.isLongStill();
    }

    /** From now on silence counts only until that time; empty for a server that serves. */
    void died(OptionalLong time) {
        died = time;
    }

    private Debt ask(HeldConnection connection) {
        return observer.isEmpty()
                ? debt(connection)
                : observer.get().ask(flow(connection), () -> debt(connection), Judge::reading);
    }

    private Debt debt(HeldConnection connection) {
        Debt now = held.debt(connection);
        return died.isEmpty() ? now : HeldSockets.before(now, died.getAsLong());
    }

    private static Reading reading(Debt debt) {
        return new Reading(debt.consumed(), debt.unread(), debt.isLongStill(), debt.acknowledged());
    }

    static Flow flow(HeldConnection connection) {
        return new Flow(connection.local(), connection.peer());
    }

    private OptionalInt sinceLastSegment(HeldConnection connection, Debt seen) {
        OptionalInt bytes = TcpRepair.bytesSinceLastSegment(held.sockets(), connection.fd(), seen.isLongStill());
        kernelTells &= bytes.isPresent();
        return bytes;
    }

    @Override
    public void close() {
        observer.ifPresent(Observer::close);
    }
}
