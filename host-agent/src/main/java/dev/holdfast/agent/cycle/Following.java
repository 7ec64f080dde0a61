package dev.holdfast.agent.cycle;

import dev.holdfast.agent.process.ProcessIdentity;
import dev.holdfast.agent.process.ProcessTree;
import dev.holdfast.agent.takeover.HeldConnection;
import dev.holdfast.agent.takeover.HeldSockets;
import dev.holdfast.agent.takeover.Lingering;
import dev.holdfast.agent.takeover.NewServer;
import dev.holdfast.agent.takeover.Parting;
import dev.holdfast.agent.takeover.TakeoverException;
import java.time.Duration;
import java.util.ArrayList;
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

    /**
     * All that can; none where it cannot be just now.
     *
     * @throws TakeoverException when the new server did not take them: it is gone, and all that it had is in hand
     */
    void now() throws InterruptedException {
        course.lingerers().apart((watched, staying) -> {
            List<HeldConnection> some = tried(watched, staying);
            if (!some.isEmpty()) {
                deliver(some);
            }
            // What it has closed meanwhile.
            course.holder().refresh(ProcessTree.of(server).pids());
            held.leaveAll();
            course.lingerers().followed();
            course.parkings().end(course.context().exits());
            course.record();
        });
    }

    private List<HeldConnection> tried(Lingering watched, HeldSockets staying) throws InterruptedException {
        try {
            return taken(watched, staying);
        } catch (RuntimeException e) {
            // As without descriptors: until now nothing was taken from anybody.
            log.warn("cycle {}: nothing can follow just now: {}", course.id(), e.getMessage());
            return List.of();
        }
    }

    /** From the old server, which goes on with the others. */
    private List<HeldConnection> taken(Lingering watched, HeldSockets staying) throws InterruptedException {
        course.holder().refresh(ProcessTree.of(server).pids());
        course.noteServed(held.connections());
        watched.ready().forEach(inode -> staying.connection(inode).ifPresent(staying::pause));
        ProcessTree tree = ProcessTree.freeze(course.old().pid(), FREEZE_WITHIN);
        Set<Long> inodes = watched.surelyReady();
        try (HeldSockets theirs = new HeldSockets()) {
            if (!inodes.isEmpty()) {
                staying.move(inodes, held);
                course.lingerers().following(inodes);
                course.parkings().cover(held);
                course.record();
                course.parkings().go();
                held.move(inodes, theirs);
                part(tree, theirs);
            }
            List<HeldConnection> some = new ArrayList<>(theirs.connections());
            theirs.move(inodes, held);
            return some;
        } finally {
            if (course.lingerers().linger()) {
                staying.releaseAll();
                tree.thaw();
            }
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

    private void deliver(List<HeldConnection> some) throws InterruptedException {
        held.lookAtEnds();
        some.stream().filter(HeldConnection::closedByClient).forEach(course.outcomes()::closedByClient);
        List<HeldConnection> open =
                some.stream().filter(each -> !each.closedByClient()).toList();
        try (NewServer again = NewServer.again(
                server.pid(), held.listeners(), () -> ProcessTree.of(server).pids())) {
            try {
                again.deliver(open, 1, () -> open.forEach(course.outcomes()::followed));
            } catch (RuntimeException e) {
                log.warn("cycle {}: the new server does not take what follows", course.id(), e);
                again.kill();
                again.newcomers().forEach(held::add);
                throw new TakeoverException("the new server did not take what followed: " + Undo.words(e));
            }
            again.newcomers().forEach(held::add);
        }
        log.info("cycle {}: {} connections have followed", course.id(), open.size());
    }
}
