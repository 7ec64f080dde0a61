package dev.holdfast.agent.cycle;

import dev.holdfast.agent.process.ProcessIdentity;
import dev.holdfast.agent.process.ProcessTree;
import dev.holdfast.agent.takeover.HeldConnection;
import dev.holdfast.agent.takeover.HeldSockets;
import dev.holdfast.agent.takeover.LateDelivery;
import dev.holdfast.agent.takeover.Lingering;
import dev.holdfast.agent.takeover.Parting;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Gives the new server connections that have stayed with the old one until now and on which that one owes nothing any more.
 * A server that is traced dies with its tracer: all that the new one has is parked before.
 */
final class Following {
    private static final Logger log = LoggerFactory.getLogger(Following.class);
    private static final Duration FREEZE_WITHIN = Duration.ofSeconds(2);

    private final Course course;
    private final HeldSockets held;
    private final ProcessIdentity server;

    Following(Course course) {
        this.course = course;
        this.held = course.held();
        this.server = Objects.requireNonNull(course.started());
    }

    /** All that can; none where it cannot be just now. */
    void now() throws InterruptedException {
        course.lingerers().apart((watched, staying) -> {
            try {
                course.holder().refresh(ProcessTree.of(server).pids());
                course.noteServed(held.connections());
                try (LateDelivery late = LateDelivery.attach(server.pid(), held.listeners())) {
                    List<HeldConnection> some = taken(watched, staying);
                    if (!some.isEmpty()) {
                        deliver(late, some);
                    }
                }
                // What it has closed meanwhile.
                course.holder().refresh(ProcessTree.of(server).pids());
            } catch (RuntimeException e) {
                log.warn("cycle {}: nothing can follow just now: {}", course.id(), e.getMessage());
            }
            held.leaveAll();
            course.lingerers().followed();
            course.parkings().end(course.context().exits());
            course.record();
        });
    }

    /** From the old server, which goes on with the others. */
    private List<HeldConnection> taken(Lingering watched, HeldSockets staying) throws InterruptedException {
        watched.ready().forEach(inode -> staying.connection(inode).ifPresent(staying::pause));
        ProcessTree tree = ProcessTree.freeze(course.old().pid(), FREEZE_WITHIN);
        try (HeldSockets theirs = new HeldSockets()) {
            Set<Long> inodes = watched.surelyReady();
            if (!inodes.isEmpty()) {
                park(inodes, staying);
                held.move(inodes, theirs);
                part(tree, theirs);
            }
            List<HeldConnection> some = List.copyOf(theirs.connections());
            theirs.move(inodes, held);
            return some;
        } finally {
            if (course.lingerers().linger()) {
                staying.releaseAll();
                tree.thaw();
            }
        }
    }

    private void park(Set<Long> inodes, HeldSockets staying) {
        Staying before = course.lingerers().following(inodes);
        staying.move(inodes, held);
        try {
            course.parkings().cover(held);
            // An agent that dies while it takes them away takes the old server's process along.
            course.parkings().cover(staying.connections());
            course.record();
            course.parkings().go();
        } catch (RuntimeException e) {
            held.move(inodes, staying);
            course.lingerers().notFollowing(before);
            throw e;
        }
    }

    private void part(ProcessTree tree, HeldSockets theirs) throws InterruptedException {
        try {
            Parting.of(tree.pids(), theirs, Set.of());
        } catch (RuntimeException e) {
            // They are in hand; the others have nobody any more who could go on with them.
            course.lingerers().giveUp("what followed could not be taken from the old server: " + Undo.words(e));
        }
    }

    private void deliver(LateDelivery late, List<HeldConnection> some) {
        held.lookAtEnds();
        some.stream().filter(HeldConnection::closedByClient).forEach(course.outcomes()::closedByClient);
        List<HeldConnection> open =
                some.stream().filter(each -> !each.closedByClient()).toList();
        String why = "";
        try {
            late.deliver(open);
        } catch (RuntimeException e) {
            log.warn("cycle {}: the new server does not take all that follows", course.id(), e);
            why = Undo.words(e);
        }
        late.newcomers().forEach(held::add);
        late.delivered().stream().filter(some::contains).forEach(course.outcomes()::followed);
        for (HeldConnection lost : late.left()) {
            course.outcomes().reset(lost, "the new server did not take it when it followed: " + why);
        }
        course.record();
        late.left().forEach(held::reset);
        log.info(
                "cycle {}: {} connections have followed",
                course.id(),
                late.delivered().size());
    }
}
