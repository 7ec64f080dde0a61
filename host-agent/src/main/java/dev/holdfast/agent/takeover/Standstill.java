package dev.holdfast.agent.takeover;

import dev.holdfast.agent.linux.Sockets;
import dev.holdfast.agent.process.ProcessIdentity;
import dev.holdfast.agent.process.ProcessTree;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * A server as it stands frozen, and all that can be seen of it then. Where the wire tells of those that sleep, these and the
 * rest of the server's descriptors are looked at when it has been killed: nobody waits for that.
 */
final class Standstill implements AutoCloseable {
    private static final Duration FREEZE_WITHIN = Duration.ofSeconds(2);

    private final HeldSockets held;
    private final Holder holder;
    private final int pid;
    private final Judge judge;
    private final Looks looks;
    private final Assistant assistant;
    private List<ProcessIdentity> members = List.of();
    private boolean butSleepers;
    /** Whether those are all of its processes, which takes long to tell. */
    private CompletableFuture<Boolean> whole = CompletableFuture.completedFuture(true);

    private @Nullable ExitStops kept;
    private long since;

    Standstill(HeldSockets held, Holder holder, int pid, Judge judge, Looks looks, Assistant assistant) {
        this.held = held;
        this.holder = holder;
        this.pid = pid;
        this.judge = judge;
        this.looks = looks;
        this.assistant = assistant;
    }

    /**
     * Freezes it and looks.
     *
     * @param later whether those that sleep may be left for later
     */
    Look begin(boolean later) {
        if (later) {
            Optional<Look> awake = atAwake(ProcessTree.freezeFamily(pid, FREEZE_WITHIN));
            if (awake.isPresent()) {
                butSleepers = true;
                return awake.get();
            }
        }
        return all();
    }

    private Optional<Look> atAwake(ProcessTree family) {
        since = System.nanoTime();
        whole = assistant.begin(family::isWhole);
        members = family.members();
        return looks.atAwake(pids());
    }

    /** Looks at a server that does not stand, for the sake of having done it. */
    void rehearse() {
        Optional<Look> _ = atAwake(new ProcessTree(pid, List.of(ProcessIdentity.of(pid))));
        boolean _ = Assistant.of(whole);
    }

    private Look all() {
        close();
        members = ProcessTree.freeze(pid, FREEZE_WITHIN).members();
        return looks.atAll(pids());
    }

    /**
     * It is to be killed: what is left for later will be there then. Where it cannot be, or the server has more processes
     * than were seen, all is looked at now.
     */
    Look beforeItsEnd(Look look) {
        if (butSleepers) {
            kept = ExitStops.of(pids());
            if (!Assistant.of(whole) || !kept.areSet()) {
                return all();
            }
        }
        return look;
    }

    /** Of a server that was killed, those that were left for later, but for what it had closed. It ends now. */
    Rest rest() {
        try (Sockets sockets = new Sockets()) {
            List<HeldConnection> woken = new ArrayList<>(holder.refresh(pids()));
            close();
            judge.catchUp();
            Sleepers sleepers = looks.sleepers();
            sleepers.forgetEnded(held);
            List<HeldConnection> asleep = new ArrayList<>();
            for (Sleeper sleeper : sleepers.all()) {
                boolean sleeps = judge.isStill(sleeper, sockets);
                (sleeps ? asleep : woken).add(sleeper.connection());
            }
            asleep.forEach(connection -> connection.makeReady(sockets));
            return new Rest(asleep, woken, since);
        } finally {
            close();
        }
    }

    boolean hasRest() {
        return butSleepers;
    }

    List<ProcessIdentity> members() {
        return members;
    }

    private List<Integer> pids() {
        return members.stream().map(ProcessIdentity::pid).toList();
    }

    void thaw() {
        close();
        new ProcessTree(pid, members).thaw();
    }

    /** Nothing of a server that was killed is kept from ending any more. */
    @Override
    public void close() {
        butSleepers = false;
        if (kept != null) {
            kept.close();
            kept = null;
        }
    }
}
