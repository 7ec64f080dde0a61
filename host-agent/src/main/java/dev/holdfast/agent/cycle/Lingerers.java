package dev.holdfast.agent.cycle;

import dev.holdfast.agent.process.ProcessIdentity;
import dev.holdfast.agent.process.ProcessTree;
import dev.holdfast.agent.takeover.Cut;
import dev.holdfast.agent.takeover.HeldConnection;
import dev.holdfast.agent.takeover.HeldSockets;
import dev.holdfast.agent.takeover.Holder;
import dev.holdfast.agent.takeover.Lingering;
import dev.holdfast.agent.takeover.Parting;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The connections that stay with the old server when all others go, and what is known of them. */
final class Lingerers implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(Lingerers.class);
    private static final Duration FREEZE_WITHIN = Duration.ofSeconds(2);
    private static final Duration WHILE = Duration.ofMillis(200);
    private static final String SERVED = "the old server served it to its end";
    private static final String DIED = "the old server ended, with which it had stayed";

    private final Course course;
    /** Those with which no other server can go on. */
    private final Set<Long> bound = new HashSet<>();

    private Staying staying = Staying.NOBODY;
    private @Nullable Lingering watched;

    Lingerers(Course course) {
        this.course = course;
    }

    Staying staying() {
        return staying;
    }

    /** Whether the old server goes on with some. */
    boolean linger() {
        return watched != null;
    }

    /** How many there are. */
    int left() {
        return watched == null ? 0 : watched.left();
    }

    /** These are to stay. */
    void stay(Iterable<Cut> some) {
        Map<Long, String> why = new HashMap<>();
        some.forEach(each -> {
            why.put(each.connection().inode(), each.reason());
            if (each.session()) {
                bound.add(each.connection().inode());
            }
        });
        Duration linger = course.from().manifest().takeover().linger();
        Instant until = course.context().clock().instant().plus(linger);
        staying = new Staying(why, until.toEpochMilli(), false, Set.of());
    }

    /** As an earlier agent left it. */
    void restore(Staying before) {
        staying = before;
        // What became sessions meanwhile is not known.
        bound.addAll(before.why().keySet());
        course.earlier().values().stream()
                .filter(line -> before.why().containsKey(line.inode()))
                .forEach(course.outcomes()::stays);
    }

    /**
     * The old server, which stands frozen, goes on with what is to stay, and with nothing else. When that fails it is killed,
     * and what was to stay is reset.
     *
     * @return whether the old server needs no other end now
     */
    boolean part() throws InterruptedException {
        if (staying.isEmpty()) {
            return false;
        }
        HeldSockets theirs = new HeldSockets();
        try {
            ProcessTree tree = ProcessTree.of(course.old());
            Parting.of(tree.pids(), course.held(), staying.why().keySet());
            for (long inode : staying.why().keySet()) {
                course.held().connection(inode).ifPresent(course.outcomes()::stays);
            }
            course.held().move(staying.why().keySet(), theirs);
            staying = new Staying(staying.why(), staying.until(), true, Set.of());
            course.record();
            watch(theirs);
            tree.thaw();
            return true;
        } catch (RuntimeException e) {
            log.error("cycle {}: the old server cannot linger", course.id(), e);
            theirs.move(staying.why().keySet(), course.held());
            giveUp("the old server could not go on with it: " + Undo.words(e));
            return true;
        }
    }

    /** Of an earlier agent's: whether the old server goes on with what stays. What does not is reset. */
    boolean resume() throws InterruptedException {
        if (staying.isEmpty()) {
            return false;
        }
        if (!course.old().alive()) {
            loseFollowing(ProcessTree.of(course.old()));
            giveUp(DIED);
            return false;
        }
        if (!staying.parted()) {
            ProcessTree.freeze(course.old().pid(), FREEZE_WITHIN);
            return part() && linger();
        }
        HeldSockets theirs = new HeldSockets();
        ProcessTree tree = ProcessTree.of(course.old());
        new Holder(theirs, course.from().manifest().ports()).refresh(tree.pids());
        Set<Long> there =
                theirs.connections().stream().map(HeldConnection::inode).collect(Collectors.toSet());
        Set<Long> gone = new HashSet<>(staying.why().keySet());
        gone.removeAll(there);
        // Those who were to keep the others may have had them too.
        there.addAll(staying.why().keySet());
        try (HeldSockets parked = new HeldSockets()) {
            course.held().move(there, parked);
        }
        loseFollowing(tree);
        course.outcomes().endedMeanwhile(gone);
        watch(theirs);
        tree.thaw();
        return true;
    }

    /** Those that no server has after an agent that ended while some followed have nobody but those who kept them. */
    private void loseFollowing(ProcessTree old) throws InterruptedException {
        if (staying.following().isEmpty()) {
            return;
        }
        ProcessIdentity started = course.started();
        List<Integer> pids = new ArrayList<>(old.pids());
        if (started != null) {
            pids.addAll(ProcessTree.of(started).pids());
        }
        try (HeldSockets parked = new HeldSockets();
                HeldSockets taken = new HeldSockets()) {
            new Holder(taken, course.from().manifest().ports()).refresh(pids);
            new Holder(parked, course.from().manifest().ports())
                    .refresh(course.parkings().identities().stream()
                            .filter(ProcessIdentity::alive)
                            .map(ProcessIdentity::pid)
                            .toList());
            Set<Long> all = new HashSet<>(staying.following());
            all.addAll(staying.why().keySet());
            // What is in hand now will be another server's.
            List<HeldConnection> lost = parked.connections().stream()
                    .filter(each -> all.contains(each.inode()))
                    .filter(each -> taken.connection(each.inode()).isEmpty())
                    .filter(each -> course.held().connection(each.inode()).isEmpty())
                    .toList();
            lost.forEach(each ->
                    course.outcomes().reset(each, "the agent ended while connections followed to the new server"));
            course.record();
            lost.forEach(parked::reset);
        }
        followed();
    }

    private void watch(HeldSockets theirs) {
        theirs.releaseAll();
        watched = Lingering.of(theirs, course.old(), course.from().manifest().takeover(), bound);
    }

    /** Takes in what has ended; whether something has. */
    boolean settle() {
        List<Lingering.Ended> ended = watched == null ? List.of() : watched.ended();
        for (Lingering.Ended one : ended) {
            HeldConnection connection = one.connection();
            switch (one.by()) {
                case CLIENT -> course.outcomes().closedByClient(connection);
                case SERVER -> course.outcomes().closedByServer(connection, SERVED);
                case DEATH -> course.outcomes().reset(connection, staying.why().get(connection.inode()) + "; " + DIED);
            }
        }
        return !ended.isEmpty();
    }

    /** Until something ends, for a while. */
    void await() throws InterruptedException {
        if (watched != null) {
            watched.await(WHILE);
        }
    }

    /** Whether some could follow the others. */
    boolean isAnyReady() {
        return watched != null && !watched.ready().isEmpty();
    }

    /** Who is to do something with what stays; nobody watches meanwhile. */
    interface Parted {
        void with(Lingering watched, HeldSockets staying) throws InterruptedException;
    }

    void apart(Parted work) throws InterruptedException {
        Lingering current = Objects.requireNonNull(watched);
        HeldSockets rest = current.rest();
        try {
            work.with(current, rest);
        } finally {
            if (watched == current) {
                current.goOn();
            }
        }
    }

    /** These are in hand, about to follow the others; what was before. */
    Staying following(Set<Long> some) {
        Staying before = staying;
        staying = before.without(some);
        return before;
    }

    void notFollowing(Staying before) {
        staying = before;
    }

    void followed() {
        staying = staying.followed();
    }

    boolean isOverdue() {
        return course.context().clock().millis() > staying.until();
    }

    /** What stays still is reset. */
    void cut(String why) throws InterruptedException {
        HeldSockets rest = watched == null ? course.held() : watched.rest();
        settle();
        course.outcomes().resetUnknown(staying.why(), why);
        course.record();
        rest.connections().stream().filter(course.outcomes()::isReset).forEach(rest::reset);
        close();
    }

    /** The old server is ended at once, with what stays. */
    void giveUp(String why) throws InterruptedException {
        cut(why);
        staying = Staying.NOBODY;
        Stopping.kill(course.context(), course.old(), course.members());
    }

    /** Nothing stays any more: the old server ends as its manifest says. */
    void end() throws InterruptedException {
        close();
        try {
            if (course.old().alive()) {
                Stopping.stop(course, course.from().manifest().stop());
            }
        } catch (RuntimeException e) {
            log.warn("cycle {}: the old server does not end in good order: {}", course.id(), e.getMessage());
        }
        Stopping.kill(course.context(), course.old(), course.members());
    }

    /** Nobody watches any more. */
    @Override
    public void close() {
        if (watched != null) {
            watched.close();
            settle();
            watched = null;
        }
    }
}
