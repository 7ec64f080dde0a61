package dev.holdfast.agent.takeover;

import dev.holdfast.agent.linux.Processes;
import dev.holdfast.agent.linux.Sockets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A server that is started under trace, gets the held listeners when it binds, and the held connections when it accepts.
 * Methods may be called from any thread, one at a time; the tracer's own thread does the work.
 */
public final class NewServer implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(NewServer.class);
    private static final Duration TICK = Duration.ofMillis(20);
    /** How long no accept may come while connections wait, before other ways are tried. */
    private static final int LEARN_AFTER_TICKS = 5;
    /** How long before the delivery is given up. */
    private static final int GIVE_UP_AFTER_TICKS = 250;

    private static final int SIGKILL = 9;

    private final int pid;
    private final Sockets sockets = new Sockets();
    private final Listeners listeners;
    private final Gate gate;
    private final BlockingQueue<Runnable> commands = new LinkedBlockingQueue<>();
    private final CompletableFuture<String> ended = new CompletableFuture<>();
    private final CompletableFuture<Waker> waker = new CompletableFuture<>();
    private final Thread thread;
    private boolean finished;

    private NewServer(int pid, List<HeldListener> held, Probes probes) {
        this.pid = pid;
        this.listeners = new Listeners(held, sockets);
        this.gate = new Gate(listeners, probes, sockets);
        this.thread = Thread.ofPlatform().name("tracer-" + pid).daemon().unstarted(this::run);
    }

    /**
     * Lets a process that has stopped itself just before its exec go on under trace.
     *
     * @param probes which connections it may have before {@link #deliver}
     */
    public static NewServer start(int pid, List<HeldListener> held, Probes probes) {
        NewServer server = new NewServer(pid, held, probes);
        server.thread.start();
        return server;
    }

    public int pid() {
        return pid;
    }

    /** How the process ended, if it does; "exited with status 1". */
    public CompletableFuture<String> ended() {
        return ended;
    }

    /** What the deliverer gave and to whom. */
    public record Delivered(List<HeldConnection> connections) {}

    /** The held listeners that the server has not bound. */
    public List<HeldListener> unbound() {
        return call(tracer -> List.copyOf(listeners.free()));
    }

    /**
     * Gives the server the connections, in this order, and those that came while it was starting; then lets go of it. When
     * this returns, all are with the server and it runs untraced.
     *
     * @throws TakeoverException when it does not take them; it is then still traced and {@link #kill} is what is left
     */
    public Delivered deliver(Collection<HeldConnection> connections) {
        return call(tracer -> {
            Delivery delivery = new Delivery(tracer, listeners, sockets);
            delivery.add(connections);
            delivery.add(gate.newcomers());
            tracer.stopWorld();
            tracer.tracees().forEach(Tracee::leaveEntry);
            Pinning pinning = new Pinning(tracer.tracees(), pid);
            delivery.begin();
            tracer.resumeWorld();
            deliverAll(tracer, delivery);
            tracer.stopWorld();
            delivery.end();
            pinning.undo(tracer.tracees());
            tracer.detachAll();
            finished = true;
            return new Delivered(new ArrayList<>(delivery.delivered()));
        });
    }

    private void deliverAll(Tracer tracer, Delivery delivery) {
        try (ScheduledExecutorService ticks = Executors.newSingleThreadScheduledExecutor()) {
            int[] still = {0};
            int[] last = {0};
            var ticking = ticks.scheduleAtFixedRate(
                    () -> command(() -> {
                        still[0] = delivery.delivered().size() == last[0] ? still[0] + 1 : 0;
                        last[0] = delivery.delivered().size();
                    }),
                    TICK.toMillis(),
                    TICK.toMillis(),
                    TimeUnit.MILLISECONDS);
            int learnAt = LEARN_AFTER_TICKS;
            while (!delivery.finished()) {
                runCommands();
                if (still[0] == 0) {
                    learnAt = LEARN_AFTER_TICKS;
                }
                if (still[0] >= learnAt) {
                    log.debug("no accept for {} ticks: looking at every system call", still[0]);
                    learnAt = still[0] + LEARN_AFTER_TICKS * 4;
                    delivery.learn();
                }
                if (tracer.rootEnd() != null || still[0] > GIVE_UP_AFTER_TICKS) {
                    throw new TakeoverException("the new server took "
                            + delivery.delivered().size() + " connections and then "
                            + (tracer.rootEnd() == null ? "accepted no more" : tracer.rootEnd()));
                }
                tracer.step();
            }
            ticking.cancel(true);
        }
    }

    /** Kills the server with all its children, and waits until they are gone. */
    public void kill() {
        if (!thread.isAlive()) {
            return;
        }
        call(tracer -> {
            for (Space space : List.copyOf(tracer.spaces())) {
                Processes.kill(space.pid, SIGKILL);
            }
            while (!tracer.tracees().isEmpty()) {
                tracer.step();
            }
            finished = true;
            return finished;
        });
    }

    /** Clients that came while the server was starting, and that {@link #deliver} has not given to it. */
    public List<HeldConnection> newcomers() {
        return List.copyOf(gate.newcomers());
    }

    private interface Work<T> {
        T with(Tracer tracer) throws InterruptedException;
    }

    private final CompletableFuture<Tracer> tracer = new CompletableFuture<>();

    private <T> T call(Work<T> work) {
        CompletableFuture<T> result = new CompletableFuture<>();
        command(() -> {
            try {
                result.complete(work.with(tracer.join()));
            } catch (RuntimeException | InterruptedException e) {
                result.completeExceptionally(e);
            }
        });
        try {
            return result.get();
        } catch (ExecutionException e) {
            if (e.getCause() instanceof RuntimeException cause) {
                throw cause;
            }
            throw new IllegalStateException(e.getCause());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new TakeoverException("interrupted");
        }
    }

    private void command(Runnable command) {
        commands.add(command);
        waker.join().wake();
    }

    private void runCommands() {
        for (Runnable command = commands.poll(); command != null; command = commands.poll()) {
            command.run();
        }
    }

    private void run() {
        try (Waker ours = new Waker()) {
            Tracer own = new Tracer(pid, ours, gate);
            own.seizeRoot();
            tracer.complete(own);
            waker.complete(ours);
            while (!finished) {
                own.step();
                runCommands();
                if (own.rootEnd() != null) {
                    ended.complete(own.rootEnd());
                }
            }
        } catch (RuntimeException e) {
            log.error("the tracer of server {} failed", pid, e);
            ended.complete("could not be traced: " + e.getMessage());
            tracer.completeExceptionally(e);
            waker.completeExceptionally(e);
        }
    }

    @Override
    public void close() {
        sockets.close();
    }
}
