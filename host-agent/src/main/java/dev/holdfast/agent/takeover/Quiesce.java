package dev.holdfast.agent.takeover;

import dev.holdfast.agent.process.ProcessIdentity;
import dev.holdfast.agent.process.ProcessTree;
import dev.holdfast.common.manifest.Takeover;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.function.Function;

/**
 * Waits until a paused server owes nothing, and freezes it there. Since it is given nothing new, the time until it is quiet
 * is that of its longest request. Everything is looked at again after the freeze, so that what happened in between counts.
 */
public final class Quiesce implements AutoCloseable {
    private static final Duration PASS = Duration.ofMillis(5);
    /** Where the wire tells, few have to be looked at, and the last answer ends the wait. */
    private static final Duration SHORT_PASS = Duration.ofMillis(1);

    private static final Duration FREEZE_WITHIN = Duration.ofSeconds(2);
    /** A connection that shows no beginning of a request in this time has been silent for it. */
    private static final Duration OBSERVE_WITHIN = Duration.ofSeconds(1);
    /** So many times as long as counts as quiet it is waited for connections to be that by themselves. */
    private static final int CHANCES_TO_BE_QUIET = 8;

    /** What a client sent and nobody reads is acknowledged by then (TCP_DELACK_MAX), which tells where its bytes are. */
    private static final Duration ACKNOWLEDGED_WITHIN = Duration.ofMillis(250);

    private final HeldSockets held;
    private final int pid;
    private final Takeover policy;
    private final Holder holder;
    private final Judge judge;
    private final Assistant assistant = new Assistant();
    private final Looks looks;
    private boolean sleepersLater;
    private final Standstill standstill;

    public Quiesce(HeldSockets held, Holder holder, int pid, Takeover policy) {
        this.held = held;
        this.holder = holder;
        this.pid = pid;
        this.policy = policy;
        this.judge = new Judge(held, policy);
        this.looks = new Looks(held, holder, judge, assistant, lingers());
        this.standstill = new Standstill(held, holder, pid, judge, looks, assistant);
    }

    /**
     * Connections that sleep may be looked at when the server has been killed, by {@link #rest}, instead of while all wait. To
     * be said before {@link #pause}.
     */
    public void leaveSleepers() {
        sleepersLater = true;
    }

    /** How it ended; when quiet, the server is frozen, otherwise it runs. */
    public sealed interface Result {
        /**
         * The server owes nothing on all but these.
         *
         * @param cut those that end with it, as the manifest allows
         * @param staying those with which it goes on, as the manifest asks
         */
        record Quiet(List<Cut> cut, List<Cut> staying) implements Result {}

        /**
         * It did not get there.
         *
         * @param owed on these; empty when data moved all the time
         */
        record Busy(List<Cut> owed) implements Result {}

        /** Time will not help: these have something in the server that no other one can go on with. */
        record Tied(List<Cut> sessions) implements Result {}

        /**
         * The server ended by itself: the connections live on with the agent. Workers that did not end with it stand still: there
         * is nobody to give anything back to.
         */
        record Gone() implements Result {}

        /** It is not waited for any more, since everything is to be undone. */
        record Recalled() implements Result {}
    }

    /**
     * Looks at a server that is not paused yet, until what is seen afterwards can be compared. With many connections its
     * clients wait a few milliseconds, now and again.
     */
    public void observe() {
        judge.begin(held.connections());
        long began = System.nanoTime();
        long chances = CHANCES_TO_BE_QUIET * policy.quiet().toNanos();
        List<HeldConnection> open = List.copyOf(held.connections());
        while (true) {
            long past = System.nanoTime() - began;
            open = open.stream()
                    .filter(connection -> past < chances ? !judge.isSettled(connection) : !judge.isKnown(connection))
                    .toList();
            if (open.isEmpty() || past > OBSERVE_WITHIN.toNanos()) {
                break;
            }
            LockSupport.parkNanos(PASS.toNanos());
            judge.catchUp();
        }
        if (!held.readersWait()) {
            Glances.at(held.connections(), pid, judge, FREEZE_WITHIN, Glances.ALTOGETHER);
        }
    }

    /** After {@link #observe}: some are paused for as long as counts as quiet, so that nobody has to wait so long for them later. */
    public void settle() {
        Silences.await(held, judge, policy.quiet());
    }

    /** As below, with nothing to be done before. */
    public void pause() {
        pause(() -> {});
    }

    /**
     * Pauses all, the longest idle first: for most of the time that it takes, nobody waits.
     *
     * @param beforeActive run before those are paused that would wait for it
     */
    public void pause(Runnable beforeActive) {
        List<Integer> pids = sleepersLater ? ProcessTree.of(pid).pids() : List.of();
        if (sleepersLater) {
            // Who came before the wire was watched is found now, or has not been accepted yet.
            holder.refresh(pids);
        }
        looks.pause(pids, beforeActive);
    }

    /** As below, after {@link #pause}. */
    public Result await() {
        return await(() -> false);
    }

    /** As above, unless it is recalled meanwhile: looked at every few milliseconds. */
    public Result await(BooleanSupplier recalled) {
        long deadline = System.nanoTime() + policy.deadline().toNanos();
        long tryAt = System.nanoTime() + policy.quiet().toNanos();
        Look look = looks.at(looks.stirring(), false);
        boolean settled = look.settled();
        boolean told = look.isClear();
        List<Cut> sessions = look.sessions();
        while (true) {
            if (recalled.getAsBoolean()) {
                return new Result.Recalled();
            }
            if (policy.onDeadline() == Takeover.OnDeadline.ABORT && !sessions.isEmpty()) {
                return new Result.Tied(sessions);
            }
            if (!told) {
                LockSupport.parkNanos((judge.isOnTheWire() ? SHORT_PASS : PASS).toNanos());
                // What owes nothing is given nothing: only at the end it is looked at again.
                look = looks.at(judge.isOnTheWire() ? look.openOrIndebted() : look.indebted(), false);
                settled = look.settled() && (settled || judge.isOnTheWire());
            }
            told = false;
            long now = System.nanoTime();
            boolean late = now > deadline;
            if (look.moved()) {
                tryAt = now + policy.quiet().toNanos();
            }
            boolean still = now >= tryAt;
            if (still || late || (settled && look.owed().isEmpty())) {
                tryAt = now + policy.quiet().toNanos();
                if (!ProcessIdentity.goesOn(pid) && ProcessTree.of(pid).pids().isEmpty()) {
                    held.feedAll();
                    return new Result.Gone();
                }
                if (look.sure() && !late) {
                    look = freeReaders();
                } else if (late || isWorthTheFreeze(look)) {
                    look = standstill.begin(sleepersLater);
                    boolean goes = late && policy.onDeadline() != Takeover.OnDeadline.ABORT;
                    if (goes || isQuiet(look, still)) {
                        look = standstill.beforeItsEnd(look);
                    }
                    sessions = look.sessions();
                    boolean quiet = isQuiet(look, still);
                    if (quiet || goes) {
                        held.feedAll();
                        judge.quiet();
                        // What only seems to be owed, where the kernel does not tell, has been silent for long.
                        return quiet(quiet ? look.sessions() : look.all());
                    }
                    if (late && !ProcessIdentity.goesOn(pid)) {
                        held.feedAll();
                        return new Result.Gone();
                    }
                    standstill.thaw();
                    // That it moved nothing while it stood tells nothing.
                    tryAt = System.nanoTime() + policy.quiet().toNanos();
                    settled = look.settled();
                    if (policy.onDeadline() == Takeover.OnDeadline.ABORT
                            && look.owed().isEmpty()
                            && !sessions.isEmpty()) {
                        return new Result.Tied(sessions);
                    }
                }
            }
            if (late) {
                return new Result.Busy(look.all());
            }
        }
    }

    /** Those that were looked at since they were paused. */
    public Collection<HeldConnection> awake() {
        return looks.awake();
    }

    /** Whether {@link #rest} is to be asked for when the server has been killed. */
    public boolean hasRest() {
        return standstill.hasRest();
    }

    /** What was left for later. The server ends then. */
    public Rest rest() {
        return standstill.rest();
    }

    /**
     * Of these, what ends with the server that has them now, and that stands or is dead.
     *
     * @param belief what is enough
     * @param died when it read and wrote last, by {@link System#nanoTime}: since then silence tells nothing
     * @param otherwise what holds where that does not tell
     */
    public List<Loss> losses(
            Collection<HeldConnection> connections,
            Belief belief,
            long died,
            Function<HeldConnection, Optional<Loss>> otherwise) {
        judge.died(OptionalLong.of(died));
        try {
            return losses(connections, belief, otherwise);
        } finally {
            judge.died(OptionalLong.empty());
        }
    }

    private List<Loss> losses(
            Collection<HeldConnection> connections, Belief belief, Function<HeldConnection, Optional<Loss>> otherwise) {
        List<Loss> losses = new ArrayList<>();
        List<HeldConnection> open = List.copyOf(connections);
        long deadline = System.nanoTime() + ACKNOWLEDGED_WITHIN.toNanos();
        while (true) {
            judge.catchUp();
            List<HeldConnection> inDoubt = new ArrayList<>();
            for (HeldConnection connection : open) {
                Judgement judgement = judge.look(connection, true);
                if (judgement.isLost(belief)) {
                    losses.add(new Loss(connection, judgement.isCertainlyLost()));
                } else if (!judgement.isClear()) {
                    inDoubt.add(connection);
                }
            }
            open = inDoubt;
            if (open.isEmpty() || !judge.isOnTheWire() || System.nanoTime() > deadline) {
                boolean knowsProtocol = judge.isOnTheWire();
                open.stream()
                        .map(otherwise)
                        .flatMap(Optional::stream)
                        .map(loss -> knowsProtocol ? loss.inDoubt() : loss)
                        .forEach(losses::add);
                return losses;
            }
            LockSupport.parkNanos(PASS.toNanos());
        }
    }

    /** For connections that are nobody's, and a server that is not touched. */
    void beginRehearsal() {
        judge.begin(held.connections());
    }

    /** As {@link #rehearse}, what goes through all processes of the host. */
    void rehearseOnce() {
        pause();
        standstill.rehearse();
        Result _ = quiet(List.of());
        held.releaseAll();
    }

    /** Goes through all that is done while clients wait, for the sake of having done it. */
    void rehearse() {
        pause();
        List<HeldConnection> _ = looks.stirring();
        Look _ = looks.at(looks.activeFirst(), false);
        Optional<Look> _ = looks.atAwake(List.of(pid));
        looks.rehearseNewcomers(List.of(pid));
        // Nobody can trace a thread of his own.
        try (ExitStops nobody = ExitStops.of(List.of())) {
            var _ = nobody.areSet();
        }
        Look _ = looks.atAll(List.of(pid));
        held.feedAll();
        held.lookAtEnds();
        lookAtEnds();
        for (HeldConnection connection : held.connections()) {
            held.loss(connection, System.nanoTime());
            connection.setNonBlocking(false);
            connection.setNonBlocking(true);
            connection.makeReady(held.sockets());
        }
        held.releaseAll();
    }

    /** Once it was quiet and has ended: looks at all before they are given on. Those on which nothing has passed are as they were. */
    public void lookAtEnds() {
        judge.passed(held.connections()).ifPresentOrElse(held::lookAtEnds, held::lookAtEnds);
    }

    /** The processes of the server as it stands, once it is quiet. */
    public List<ProcessIdentity> frozen() {
        return standstill.members();
    }

    /** How many bytes of the client's had been read at the last look. */
    public long read(HeldConnection connection) {
        return judge.read(connection);
    }

    /** Takes in what has passed, now and again, while the connections are with a server on trial. */
    public void keepUp() {
        judge.keepUp();
    }

    private Result quiet(List<Cut> others) {
        return lingers() ? new Result.Quiet(List.of(), others) : new Result.Quiet(others, List.of());
    }

    private boolean lingers() {
        return policy.onDeadline() == Takeover.OnDeadline.LINGER;
    }

    private boolean isWorthTheFreeze(Look look) {
        return look.owed().isEmpty()
                || judge.kernelTells()
                || look.indebted().stream().allMatch(judge::isLongStill);
    }

    /**
     * Of a frozen server.
     *
     * @param still whether nothing had moved for as long as the manifest asks where nothing is certain
     */
    private boolean isQuiet(Look look, boolean still) {
        boolean nothingOwed = look.owed().isEmpty()
                || (!judge.kernelTells()
                        && !look.sure()
                        && look.indebted().stream().allMatch(judge::isLongStill));
        return nothingOwed
                && (look.settled() || (still && !look.moved()))
                && (look.sessions().isEmpty() || policy.onDeadline() != Takeover.OnDeadline.ABORT);
    }

    /** Perhaps the thread that owes an answer waits in a read of something else. */
    private Look freeReaders() {
        if (held.connections().stream().anyMatch(HeldConnection::mayBeStuck)) {
            ProcessTree.freeze(pid, FREEZE_WITHIN).thaw();
        }
        return looks.at(held.connections(), false);
    }

    @Override
    public void close() {
        assistant.close();
        standstill.close();
        judge.close();
    }
}
