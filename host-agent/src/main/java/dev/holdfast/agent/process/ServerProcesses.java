package dev.holdfast.agent.process;

import dev.holdfast.agent.linux.Processes;
import dev.holdfast.agent.process.ManagedProcess.State;
import dev.holdfast.common.manifest.Manifest;
import dev.holdfast.common.manifest.Stop;
import dev.holdfast.common.yaml.YamlException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Starts, watches and stops the managed processes; one operation on a process at a time. */
public final class ServerProcesses {
    private static final Logger LOG = LoggerFactory.getLogger(ServerProcesses.class);
    private static final Duration KILL_WITHIN = Duration.ofSeconds(10);
    private static final Duration LOOK_AGAIN = Duration.ofMillis(10);

    private final ProcessStore store;
    private final ImageStore images;
    private final Exits exits;
    private final ProcessRegistry registry;

    /** Takes up what the store holds; {@link #watch} must follow. */
    public ServerProcesses(ProcessStore store, ImageStore images, Exits exits) {
        this.store = store;
        this.images = images;
        this.exits = exits;
        this.registry = new ProcessRegistry(store);
    }

    /**
     * Finds the servers of an earlier agent again: those that run are watched, those that ended are marked so, and
     * those that were just being started are started anew. A process that is locked is left until it is free.
     */
    public void watch() {
        for (ManagedProcess process : registry.all()) {
            if (process.state() == State.STARTING) {
                Thread.ofVirtual().name("start-" + process.processId()).start(() -> startUnlessInterrupted(process));
            } else if (process.live()) {
                watchExit(process);
            }
        }
    }

    public List<ManagedProcess> all() {
        return registry.all();
    }

    public Optional<ManagedProcess> get(String id) {
        return registry.get(id);
    }

    /** Called after every change, on the thread that made it. */
    public void onChange(Runnable listener) {
        registry.onChange(listener);
    }

    /** Has the process to oneself, once whoever has it is done; the calls that say so need it. */
    public ProcessLock lock(String id) throws InterruptedException {
        return registry.lock(id);
    }

    /**
     * Starts a server and waits until it is ready or has failed, which its state then says. Does nothing for an id
     * that is known.
     */
    public void start(String id, ImageRef image) throws InterruptedException {
        if (registry.add(ManagedProcess.starting(id, image))) {
            bringUp(id);
        }
    }

    private void startUnlessInterrupted(ManagedProcess process) {
        try {
            bringUp(process.processId());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void bringUp(String id) throws InterruptedException {
        try (ProcessLock _ = lock(id)) {
            ManagedProcess process = registry.get(id).orElseThrow();
            try {
                // An agent ended while it waited for this server to be ready.
                killSpawned(process);
                ManagedProcess running = launch(process);
                registry.put(running);
                watchExit(running);
                LOG.info("{} runs as process {}", process.image(), running.pid());
            } catch (ProcessException | YamlException e) {
                failed(id, String.valueOf(e.getMessage()));
            } catch (RuntimeException e) {
                LOG.error("unexpected while process {} was started", id, e);
                failed(id, "It was not started: " + e);
            }
        }
    }

    /** Nothing half started stays, whatever went wrong. */
    private void failed(String id, String why) {
        LOG.warn("process {} was not started: {}", id, why);
        ManagedProcess latest = registry.get(id).orElseThrow();
        try {
            killSpawned(latest);
        } finally {
            registry.end(latest, State.FAILED, why);
        }
    }

    private void killSpawned(ManagedProcess process) {
        if (process.live() && process.identity().alive()) {
            kill(process);
        }
    }

    private ManagedProcess launch(ManagedProcess process) throws InterruptedException {
        Manifest manifest = process.manifest();
        Launch launch = prepare(process.processId(), process.image());
        PortCheck.free(manifest.ports());
        int pid = Launcher.spawnStopped(launch);
        ProcessIdentity identity = ProcessIdentity.of(pid);
        ManagedProcess spawned = process.spawned(identity, Instant.now());
        registry.put(spawned);
        Launcher.resume(pid);
        ReadyResult result = ReadyCheck.await(manifest, launch, () -> exits.of(identity), ProbeListener.NONE);
        return switch (result) {
            case ReadyResult.Ready() -> spawned.running();
            case ReadyResult.NotReady(String reason) -> {
                kill(spawned);
                throw new ProcessException(process.image() + " was not started: " + reason);
            }
        };
    }

    /**
     * Fetches and unpacks the image and resolves how the process is launched from it.
     *
     * @throws ProcessException when that is impossible here
     * @throws YamlException when this agent does not understand the manifest
     */
    public Launch prepare(String id, ImageRef image) throws InterruptedException {
        Manifest manifest = image.manifest();
        return Launches.of(manifest, images.fetch(image), store.directory(id));
    }

    /**
     * As far as {@link #prepare} can be foretold from what is on this host: nothing is fetched and nothing made.
     *
     * @return the image's program; empty when it is in a bundle that is not here yet
     * @throws ProcessException when it cannot be launched here
     * @throws YamlException when this agent does not understand the manifest
     */
    public Optional<Path> program(ImageRef image) {
        return Launches.check(image.manifest(), images.bundle(image), images.has(image));
    }

    /** Ends a server as its manifest says; does nothing when it does not run. */
    public void stop(String id) throws InterruptedException {
        try (ProcessLock _ = lock(id)) {
            Optional<ManagedProcess> found = registry.get(id).filter(ManagedProcess::live);
            if (found.isPresent()) {
                ManagedProcess process = found.get();
                Stop stop = process.manifest().stop();
                // The pid of one that ended while no agent was there may be anybody's by now.
                if (stop.signal() != Stop.Signal.KILL && process.identity().alive()) {
                    Processes.kill(process.pid(), stop.signal().number());
                    awaitExit(process.identity(), stop.within());
                }
                kill(process);
                registry.end(process, State.STOPPED, "");
                LOG.info("{} (process {}) was stopped", process.image(), process.pid());
            }
        }
    }

    private void awaitExit(ProcessIdentity process, Duration within) throws InterruptedException {
        long deadline = System.nanoTime() + within.toNanos();
        while (exits.of(process).isEmpty() && System.nanoTime() < deadline) {
            Thread.sleep(LOOK_AGAIN);
        }
    }

    /** The whole tree is frozen first: children must not tell their clients that the parent is gone. */
    private void kill(ManagedProcess process) {
        if (exits.of(process.identity()).isEmpty()) {
            ProcessTree.freeze(process.pid(), KILL_WITHIN).killAll(exits, KILL_WITHIN);
        } else if (ProcStat.of(process.pid()).isEmpty()) {
            // Its session lives on, and so the pid is not given to anybody else.
            ProcessTree.of(process.pid()).killAll(exits, KILL_WITHIN);
        }
    }

    /** Records, with the lock, what the process runs after an upgrade, and goes on watching that. */
    public void replace(String id, ImageRef image, ProcessIdentity process) {
        ManagedProcess before = registry.get(id).orElseThrow();
        // The way back leads there.
        images.ran(before.image());
        ManagedProcess now = before.with(image).spawned(process, Instant.now()).running();
        registry.put(now);
        watchExit(now);
    }

    /** Records, with the lock, that the process is gone for that reason. */
    public void lost(String id, String reason) {
        registry.end(registry.get(id).orElseThrow(), State.EXITED, reason);
    }

    private void watchExit(ManagedProcess process) {
        ExitWatch.start(process.identity(), () -> {
            try {
                exited(process);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        });
    }

    /** An upgrade ends the process too, and has the lock while it does: only what is still recorded was lost. */
    private void exited(ManagedProcess process) throws InterruptedException {
        String how = exits.of(process.identity()).orElse("ended");
        try (ProcessLock _ = lock(process.processId())) {
            ManagedProcess now = registry.get(process.processId()).orElseThrow();
            if (now.live() && now.identity().equals(process.identity())) {
                LOG.warn("{} (process {}) {}", now.image(), now.pid(), how);
                String words = LogFiles.last(store.directory(now.processId()));
                registry.end(now, State.EXITED, "Its process " + now.pid() + " " + how + words);
            }
        }
    }
}
