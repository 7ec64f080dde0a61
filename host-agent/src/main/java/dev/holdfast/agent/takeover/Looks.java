package dev.holdfast.agent.takeover;

import dev.holdfast.agent.linux.SockDiag;
import dev.holdfast.agent.linux.Sockets;
import dev.holdfast.agent.linux.SyscallException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Looks at the connections of a server that is paused, and pauses and resumes them by what it sees. */
final class Looks {
    private static final Logger log = LoggerFactory.getLogger(Looks.class);

    private final HeldSockets held;
    private final Holder holder;
    private final Judge judge;
    private final Assistant assistant;
    private final boolean lingers;
    private List<HeldConnection> activeFirst = List.of();
    private Sleepers sleepers;
    /** Those that did not sleep when all were paused, or do not any more. */
    private List<HeldConnection> awake = List.of();

    /** @param lingers whether sessions are to stay with the server */
    Looks(HeldSockets held, Holder holder, Judge judge, Assistant assistant, boolean lingers) {
        this.held = held;
        this.holder = holder;
        this.judge = judge;
        this.assistant = assistant;
        this.lingers = lingers;
        this.sleepers = new Sleepers(judge, List.of(), held.sockets());
    }

    /** All that there were when they were paused. */
    List<HeldConnection> activeFirst() {
        return activeFirst;
    }

    /**
     * Pauses all, the longest idle first: for most of the time that it takes, nobody waits. What has passed on the wire until
     * then is taken in before those are paused that would wait for it.
     *
     * @param pids of processes of which it is looked before what they have got since all was looked at
     * @param beforeActive run before those are paused that would wait for it
     */
    void pause(List<Integer> pids, Runnable beforeActive) {
        activeFirst = new ArrayList<>(held.connections());
        activeFirst.sort(Comparator.comparingLong(judge::idleMillis));
        for (HeldConnection connection : activeFirst.reversed()) {
            if (judge.isAsleep(connection)) {
                held.pause(connection);
            }
        }
        judge.catchUp();
        sleepers = new Sleepers(judge, activeFirst, held.sockets());
        awake = new ArrayList<>();
        for (HeldConnection connection : activeFirst) {
            if (!sleepers.contains(connection)) {
                awake.add(connection);
            }
        }
        // Who has come meanwhile is found before all wait.
        addOthers(pids);
        beforeActive.run();
        // Thousands of segments have passed since.
        judge.catchUp();
        held.pauseNewcomers();
        awake.reversed().forEach(held::pause);
    }

    /** Of a frozen server, what it has accepted and closed meanwhile among it. */
    Look atAll(List<Integer> pids) {
        judge.catchUp();
        forgetEnded();
        sleepers.forgetEnded(held);
        try (Inquiry inquiry = new Inquiry(assistant, judge, holder, pids, awake, List.copyOf(sleepers.all()))) {
            Map<Long, Debt> answers = inquiry.answers();
            awake.addAll(sleepers.wake(inquiry.woken()));
            Look known = at(awake, true, answers);
            List<HeldConnection> fresh = holder.refresh(pids, inquiry.tables());
            Look all = known.with(at(fresh, true), held);
            awake.addAll(fresh);
            forgetEnded();
            judge.stands();
            return all;
        }
    }

    /**
     * As {@link #atAll}, without those that sleep and without the descriptors that are not of the others, unless somebody has
     * come; empty where that does not tell enough.
     */
    Optional<Look> atAwake(List<Integer> pids) {
        judge.catchUp();
        awake.addAll(sleepers.wake());
        forgetEnded();
        List<HeldConnection> strays = awake.stream()
                .filter(connection -> !holder.isInPlace(connection))
                .toList();
        if (!sleepers.areToldByTheWire() || !strays.stream().allMatch(this::hasLeft)) {
            return Optional.empty();
        }
        Optional<Set<Long>> accepted = accepted();
        if (accepted.isEmpty() || !find(accepted.get(), pids)) {
            return Optional.empty();
        }
        Look look = at(awake, true);
        judge.stands();
        // Whether the server has closed one whose client has left too matters only where something is owed to it.
        return Optional.of(look).filter(seen -> strays.isEmpty() || seen.isClear());
    }

    private boolean hasLeft(HeldConnection connection) {
        var _ = held.debt(connection);
        return connection.closedByClient();
    }

    /** The inodes of those who came and are not held yet; empty where it cannot be told. */
    private Optional<Set<Long>> accepted() {
        try {
            return sleepers.accepted();
        } catch (SyscallException e) {
            log.debug("sock_diag does not tell: {}", e.getMessage());
            return Optional.empty();
        }
    }

    /**
     * False where one of these is not under a number of its own, as where the server has closed one that sleeps, or is in another
     * process than the others: then all has to be looked at.
     */
    private boolean find(Set<Long> accepted, List<Integer> pids) {
        if (!accepted.isEmpty()) {
            addOthers(pids);
        }
        return held.processes() == 1 && accepted.stream().allMatch(held::holds);
    }

    private void addOthers(List<Integer> pids) {
        List<HeldConnection> fresh = holder.addOthers(pids, sleepers.connections());
        awake.addAll(fresh);
        sleepers.found(fresh);
    }

    /** Goes through what is done when somebody has come. */
    void rehearseNewcomers(List<Integer> pids) {
        for (HeldConnection connection : held.connections()) {
            var _ = SockDiag.connection(connection.local(), connection.peer());
        }
        addOthers(pids);
    }

    private void forgetEnded() {
        awake.removeIf(connection -> !held.holds(connection.inode()));
    }

    /** Those that slept and have not been looked at since. */
    Sleepers sleepers() {
        return sleepers;
    }

    /** All others. */
    List<HeldConnection> awake() {
        return awake;
    }

    /**
     * Where the protocol is known, only those on which something passed lately and is not known to be over: what another one
     * begins from now on is known from its beginning, and is found when the server stands.
     */
    List<HeldConnection> stirring() {
        judge.catchUp();
        return awake.stream()
                .filter(connection -> !judge.isClearOnTheWire(connection) && !judge.isAsleep(connection))
                .toList();
    }

    /**
     * Looks, and pauses what is to be paused.
     *
     * @param frozen whether the server stands: only then TCP_REPAIR may be used, in which its reads would fail
     */
    Look at(Collection<HeldConnection> connections, boolean frozen) {
        return at(connections, frozen, Map.of());
    }

    private Look at(Collection<HeldConnection> connections, boolean frozen, Map<Long, Debt> answers) {
        judge.catchUp();
        List<Cut> owed = new ArrayList<>();
        List<Cut> sessions = new ArrayList<>();
        List<HeldConnection> open = new ArrayList<>();
        boolean moved = false;
        boolean sure = false;
        for (HeldConnection connection : connections) {
            Judgement judgement = judge.look(connection, frozen, answers.get(connection.inode()));
            // A session that is to stay anyway may go on.
            boolean stays = lingers && judgement.session().isPresent();
            moved |= judgement.moved() && !stays;
            if (judgement.session().isPresent()) {
                sessions.add(
                        new Cut(connection, judgement.session().get() + " lives in the server and ends with it", true));
            } else if (judgement.owes()) {
                owed.add(new Cut(connection, judgement.what(), false));
                sure |= judgement.sure();
            } else if (!judgement.settled()) {
                open.add(connection);
            }
            if (stays) {
                connection.resume(held.sockets());
            } else {
                pauseOrResume(connection, judgement);
            }
        }
        return new Look(owed, sessions, open, sure, moved);
    }

    private void pauseOrResume(HeldConnection connection, Judgement judgement) {
        Sockets sockets = held.sockets();
        Debt debt = judgement.now().last();
        boolean pushed = judgement.before() != null
                && debt.pushedSince(judgement.before().last());
        boolean restWaits = debt.unread() > 0 || (connection.isUnfed() && pushed);
        if (connection.lookedAt() && judgement.hasRead()) {
            connection.starve(sockets);
        } else if (judgement.owes() && restWaits) {
            // A request of which the server has read the beginning must go on to its end.
            connection.resume(sockets);
        } else if (!judgement.owes()) {
            connection.pause(sockets);
            // It was just seen.
            boolean _ = connection.lookedAt();
        }
    }
}
