package dev.holdfast.agent.cycle;

import dev.holdfast.agent.linux.SocketAddresses;
import dev.holdfast.agent.process.ImageRef;
import dev.holdfast.agent.process.Launch;
import dev.holdfast.agent.process.Launcher;
import dev.holdfast.agent.process.ProcessIdentity;
import dev.holdfast.agent.process.ReadyCheck;
import dev.holdfast.agent.process.ReadyResult;
import dev.holdfast.agent.takeover.HeldConnection;
import dev.holdfast.agent.takeover.HeldSockets;
import dev.holdfast.agent.takeover.Later;
import dev.holdfast.agent.takeover.NewServer;
import dev.holdfast.agent.takeover.Probes;
import dev.holdfast.agent.takeover.Quiesce;
import dev.holdfast.agent.takeover.TakeoverException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The server that comes after: the new image, or the old one again. It either has all connections, or is gone. */
final class Successor {
    private static final Logger log = LoggerFactory.getLogger(Successor.class);
    private static final String CLOSED_IT = "the new server closed it, and was given up after that";

    private final Course course;
    private final ImageRef image;
    private final Launch launch;
    private final HeldSockets held;
    private @Nullable ProcessIdentity process;
    private @Nullable NewServer server;

    Successor(Course course, ImageRef image, Launch launch) {
        this.course = course;
        this.image = image;
        this.launch = launch;
        this.held = course.held();
    }

    private NewServer server() {
        if (server == null) {
            throw new IllegalStateException("not started");
        }
        return server;
    }

    /** The cycle has ended with this server. */
    End asEnd(State state, String reason) {
        ProcessIdentity now = process();
        return new End(state, reason, () -> course.context().servers().replace(course.processId(), image, now));
    }

    /** The server's first process. */
    ProcessIdentity process() {
        return Objects.requireNonNull(process);
    }

    /** Clients that connected while it was starting. */
    List<HeldConnection> newcomers() {
        return server().newcomers();
    }

    /**
     * Starts it and waits until it is ready, no client being let in.
     *
     * @throws TakeoverException when it does not become ready; it is gone then
     */
    void start() throws InterruptedException {
        try {
            begin(false);
        } catch (RuntimeException | Error e) {
            throw giveUp(e);
        }
    }

    /**
     * As {@link #start}, while the old server serves all clients, old and new; then it stands still.
     *
     * @throws TakeoverException when it does not become ready; it is gone then
     */
    void startBeside() throws InterruptedException {
        try {
            begin(true);
            server().standBy();
        } catch (RuntimeException | Error e) {
            log.warn("cycle {}: {} is given up", course.id(), image, e);
            abandon();
            throw new TakeoverException(
                    Undo.words(e) + "; it was started beside the old server: where two cannot run at"
                            + " once, as with files or other ports of their own, takeover.start must be cold");
        }
    }

    /** One that stands by will be given something soon. */
    void attend() {
        server().attend();
    }

    /**
     * The old server is about to end: one that stands by comes to its listeners.
     *
     * @return the CPU that is needed for it
     */
    byte[] giveWay() {
        server().giveWay();
        return server().cpu();
    }

    /** Ends one that has been given nothing. */
    void abandon() throws InterruptedException {
        NewServer failed = server;
        server = null;
        if (failed != null) {
            quietly(failed::kill);
        }
        if (process != null) {
            Stopping.kill(course.context(), process, List.of());
        }
        if (failed != null) {
            quietly(failed::close);
        }
    }

    private void begin(boolean beside) throws InterruptedException {
        int pid = Launcher.spawnStopped(launch, spawned -> {
            process = ProcessIdentity.of(spawned);
            course.started(process);
        });
        Probes probes = new Probes();
        NewServer begun = beside
                ? NewServer.startBeside(pid, held.listeners(), probes)
                : NewServer.start(pid, held.listeners(), probes);
        server = begun;
        ReadyResult result = ReadyCheck.await(
                image.manifest(),
                launch,
                () -> Optional.ofNullable(server().ended().getNow(null)).or(course::recalled),
                new Gatekeeper(probes, beside ? begun::addressFor : Optional::of));
        switch (result) {
            case ReadyResult.Ready() -> {
                server().unbound().stream().findFirst().ifPresent(missing -> {
                    throw new TakeoverException(image + " is ready but does not listen on "
                            + SocketAddresses.text(missing.address()) + ", where clients are connected");
                });
            }
            case ReadyResult.NotReady(String reason) ->
                throw new TakeoverException(course.recalled().orElse(image + " did not become ready: " + reason));
        }
    }

    /**
     * A delivery to it, made before clients wait: to link what it is made of takes milliseconds the first time.
     *
     * @param first done before; when it returns, all has been looked at a last time
     * @param rest looks for those that it is not given at once, on a thread of its own
     * @param last done when it has them all, before it is free
     */
    Transfer transfer(Runnable first, Supplier<Collection<HeldConnection>> rest, Runnable last) {
        return new Transfer(first, rest, last);
    }

    /** What is done once. */
    final class Transfer {
        private final Runnable first;
        private final Later later;
        private final Runnable meanwhile;
        private final Runnable before;
        private boolean hasRest;

        private Transfer(Runnable first, Supplier<Collection<HeldConnection>> rest, Runnable last) {
            this.first = first;
            later = new Later(() -> alive(rest.get()));
            // What passes on the wire fills a buffer; who still looks for others reads it too.
            meanwhile = () -> {
                if (later.isOver()) {
                    course.resets().witness().ifPresent(Quiesce::keepUp);
                }
            };
            before = () -> {
                last.run();
                if (hasRest) {
                    course.steps().apart("looking", later.waited());
                }
                handOver();
            };
        }

        /**
         * Gives it all connections that live, those with waiting requests first.
         *
         * @throws TakeoverException when it does not take them all; it is gone then
         */
        void ofAll() throws InterruptedException {
            later.none();
            of(held.connections());
        }

        /** As above, those first, and when it has them the rest. */
        void restAfter(Collection<HeldConnection> some) throws InterruptedException {
            hasRest = true;
            of(some);
        }

        private void of(Collection<HeldConnection> some) throws InterruptedException {
            try {
                first.run();
                server().deliver(alive(some), later, course.processes(), meanwhile, before);
            } catch (RuntimeException | Error e) {
                later.end();
                throw giveUp(e);
            }
            // It is free and serves: whatever goes wrong from here on, nothing is undone.
            quietly(Successor.this::resetWhatItClosed);
            quietly(server()::close);
        }
    }

    /** But for those that are not to be delivered. */
    private List<HeldConnection> alive(Collection<HeldConnection> some) {
        List<HeldConnection> alive = new ArrayList<>();
        for (HeldConnection connection : some) {
            if (course.outcomes().isReset(connection)) {
                continue;
            }
            if (connection.endedByServer()) {
                course.outcomes()
                        .closedByServer(connection, "the old server had ended it, and waited for the client to");
            } else if (connection.closedByClient()) {
                course.outcomes().closedByClient(connection);
            } else {
                alive.add(connection);
            }
        }
        return alive;
    }

    private void resetWhatItClosed() {
        course.resets().of(server().closedAtOnce(), "the new server closed it as soon as it had it");
    }

    /** All is with it, and it is not free yet: nothing that comes after can be undone. */
    private void handOver() {
        server().newcomers().forEach(held::add);
        server().delivered().forEach(course.outcomes()::delivered);
        course.noteServed(server().newcomers());
        course.handOver();
    }

    /** Ends it. What it had read from clients and not answered is lost with it: those are told by a reset. */
    private TakeoverException giveUp(Throwable cause) throws InterruptedException {
        String reason = Undo.words(cause);
        log.warn("cycle {}: {} is given up", course.id(), image, cause);
        NewServer failed = server;
        long died = failed == null ? System.nanoTime() : workedLast(failed);
        server = null;
        List<HeldConnection> closed = List.of();
        if (failed != null) {
            closed = closedBy(failed);
            quietly(failed::kill);
        }
        if (process != null) {
            Stopping.kill(course.context(), process, List.of());
        }
        if (failed != null) {
            // Only now nobody takes clients in any more, and what the server had read stands still.
            failed.newcomers().forEach(held::add);
            held.pauseAll();
            held.feedAll();
            closed.forEach(connection -> {
                course.outcomes().closedByServer(connection, CLOSED_IT);
                held.dropped(connection);
            });
            // Also of what is not known to have been delivered: only this server can have read since, and it died at
            // its own time.
            course.resets()
                    .owed(
                            List.copyOf(held.connections()),
                            Read.SINCE_QUIET,
                            died,
                            "the new server had its request when it was given up: " + reason);
            quietly(failed::close);
        }
        return new TakeoverException(reason);
    }

    /** One that hangs has been silent for longer than it is dead. */
    private long workedLast(NewServer failed) {
        try {
            return failed.ended().isDone() ? System.nanoTime() : held.lastSent(failed.delivered());
        } catch (RuntimeException e) {
            // It is to be ended all the same.
            log.warn("when server {} worked last cannot be told: {}", failed.pid(), e.getMessage());
            return System.nanoTime();
        }
    }

    private static List<HeldConnection> closedBy(NewServer failed) {
        try {
            return failed.closed();
        } catch (RuntimeException e) {
            log.warn("what server {} closed cannot be told: {}", failed.pid(), e.getMessage());
            return List.of();
        }
    }

    private static void quietly(Runnable work) {
        try {
            work.run();
        } catch (RuntimeException e) {
            log.warn("while a server is given up: {}", e.getMessage(), e);
        }
    }
}
