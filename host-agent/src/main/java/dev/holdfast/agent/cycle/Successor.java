package dev.holdfast.agent.cycle;

import dev.holdfast.agent.linux.SocketAddresses;
import dev.holdfast.agent.linux.SyscallException;
import dev.holdfast.agent.process.ImageRef;
import dev.holdfast.agent.process.Launch;
import dev.holdfast.agent.process.Launcher;
import dev.holdfast.agent.process.ProcessIdentity;
import dev.holdfast.agent.process.ProcessTree;
import dev.holdfast.agent.process.ReadyCheck;
import dev.holdfast.agent.process.ReadyResult;
import dev.holdfast.agent.takeover.HeldConnection;
import dev.holdfast.agent.takeover.HeldSockets;
import dev.holdfast.agent.takeover.NewServer;
import dev.holdfast.agent.takeover.Probes;
import dev.holdfast.agent.takeover.TakeoverException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** The server that comes after: the new image, or the old one again. It either has all connections, or is gone. */
final class Successor {
    private static final Duration FREEZE_WITHIN = Duration.ofSeconds(2);

    private final ImageRef image;
    private final Launch launch;
    private final HeldSockets held;
    private final Outcomes outcomes;
    private @Nullable NewServer server;

    Successor(ImageRef image, Launch launch, HeldSockets held, Outcomes outcomes) {
        this.image = image;
        this.launch = launch;
        this.held = held;
        this.outcomes = outcomes;
    }

    int pid() {
        return server().pid();
    }

    private NewServer server() {
        if (server == null) {
            throw new IllegalStateException("not started");
        }
        return server;
    }

    /**
     * Starts it and waits until it is ready, no client being let in.
     *
     * @param spawned told of its process before that runs
     * @throws TakeoverException when it does not become ready; it is gone then
     */
    void start(Consumer<ProcessIdentity> spawned) throws InterruptedException {
        int pid = Launcher.spawnStopped(launch);
        spawned.accept(ProcessIdentity.of(pid));
        Probes probes = new Probes();
        server = NewServer.start(pid, held.listeners(), probes);
        ReadyResult result = ReadyCheck.await(
                image.manifest(),
                launch,
                () -> Optional.ofNullable(server().ended().getNow(null)),
                new Gatekeeper(probes));
        switch (result) {
            case ReadyResult.Ready() -> {
                server().unbound().stream().findFirst().ifPresent(missing -> {
                    throw giveUp(image + " is ready but does not listen on " + SocketAddresses.text(missing.address())
                            + ", where clients are connected");
                });
            }
            case ReadyResult.NotReady(String reason) -> throw giveUp(image + " did not become ready: " + reason);
        }
    }

    /**
     * Gives it all connections that live, those with waiting requests first.
     *
     * @throws TakeoverException when it does not take them all; it is gone then
     */
    void deliver() {
        List<HeldConnection> all = new ArrayList<>();
        for (HeldConnection connection : held.connections()) {
            if (outcomes.isReset(connection)) {
                continue;
            }
            if (held.closedByClient(connection)) {
                outcomes.closedByClient(connection);
            } else {
                all.add(connection);
            }
        }
        all.sort(Comparator.comparing((HeldConnection connection) -> connection.waiting() == 0));
        try {
            server().deliver(all, held.processes());
            server().newcomers().forEach(held::add);
            server().delivered().forEach(outcomes::delivered);
            server().closedAtOnce()
                    .forEach(connection -> outcomes.reset(connection, "the new server closed it as soon as it had it"));
            server().close();
        } catch (TakeoverException | SyscallException e) {
            throw giveUp(String.valueOf(e.getMessage()));
        }
    }

    /** Ends it. What it had read from clients and not answered is lost with it: those are told by a reset. */
    private TakeoverException giveUp(String reason) {
        NewServer failed = server();
        failed.newcomers().forEach(held::add);
        held.pauseAll();
        if (!failed.ended().isDone()) {
            ProcessTree.freeze(failed.pid(), FREEZE_WITHIN);
        }
        for (HeldConnection connection : failed.delivered()) {
            if (held.owed(connection)) {
                outcomes.reset(connection, "the new server had its request when it was given up: " + reason);
            }
        }
        failed.kill();
        failed.close();
        held.feedAll();
        return new TakeoverException(reason);
    }
}
