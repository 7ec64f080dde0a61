package dev.holdfast.agent;

import dev.holdfast.agent.cycle.CycleListener;
import dev.holdfast.agent.cycle.FaultPoint;
import dev.holdfast.agent.cycle.HostCycles;
import dev.holdfast.agent.link.AgentId;
import dev.holdfast.agent.link.Backoff;
import dev.holdfast.agent.link.BundleDownload;
import dev.holdfast.agent.link.Commands;
import dev.holdfast.agent.link.HostFacts;
import dev.holdfast.agent.link.ManagerLink;
import dev.holdfast.agent.link.Managers;
import dev.holdfast.agent.link.Outbox;
import dev.holdfast.agent.link.ReportStore;
import dev.holdfast.agent.link.TableSender;
import dev.holdfast.agent.process.Disk;
import dev.holdfast.agent.process.Exits;
import dev.holdfast.agent.process.ImageCollector;
import dev.holdfast.agent.process.ImageStore;
import dev.holdfast.agent.process.ProcessStore;
import dev.holdfast.agent.process.ServerProcesses;
import dev.holdfast.agent.process.Staging;
import dev.holdfast.common.address.HostPort;
import java.io.IOException;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.function.Consumer;
import java.util.random.RandomGenerator;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A running agent: everything it is made of, wired once. Closing it leaves the servers running. */
final class Agent implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Agent.class);
    private static final Duration AFTER_FAILURE = Duration.ofSeconds(1);
    private static final Duration GRACE = Duration.ofSeconds(2);

    private final DataDirLock lock;
    private final Managers managers;
    private final Commands commands;
    private final HostCycles cycles;
    private final List<Thread> threads;

    private Agent(DataDirLock lock, Managers managers, Commands commands, HostCycles cycles, List<Thread> threads) {
        this.cycles = cycles;
        this.lock = lock;
        this.managers = managers;
        this.commands = commands;
        this.threads = threads;
    }

    /**
     * Starts one.
     *
     * @param registered told the manager whenever one has registered it
     * @throws IOException when its data directory cannot be used
     */
    static Agent start(AgentConfig config, Consumer<HostPort> registered) throws IOException {
        DataDirLock lock = DataDirLock.take(config.dataDir());
        try {
            return wire(config, lock, registered);
        } catch (IOException | RuntimeException e) {
            lock.close();
            throw e;
        }
    }

    private static Agent wire(AgentConfig config, DataDirLock lock, Consumer<HostPort> registered) throws IOException {
        Path data = config.dataDir();
        String id = AgentId.of(data);
        Managers managers = new Managers(config.managers(), new SecureRandom());
        Exits exits = new Exits();
        Path kept = data.resolve("images");
        ImageStore images = new ImageStore(
                kept,
                new BundleDownload(managers),
                Disk.of(kept, config.storage().reserve()),
                config.storage().pace());
        ServerProcesses servers = new ServerProcesses(new ProcessStore(data.resolve("processes")), images, exits);
        Outbox outbox = new Outbox(new ReportStore(data.resolve("reports")));
        CycleListener listener = config.fault().isEmpty() ? outbox : FaultPoint.at(config.fault(), outbox);
        HostCycles cycles = new HostCycles(servers, exits, listener, data.resolve("cycles"), Clock.systemUTC());
        Commands commands = new Commands(servers, cycles, outbox, new Staging(images));
        TableSender tables = new TableSender(servers, outbox);
        ManagerLink link = new ManagerLink(
                managers,
                () -> HostFacts.registration(id, config.name(), config.labels()),
                commands,
                outbox,
                tables,
                new Backoff(RandomGenerator.getDefault()),
                registered);
        ImageCollector collector =
                new ImageCollector(images, servers::all, () -> cycles.underWay().isEmpty(), Clock.systemUTC());
        cycles.recover();
        servers.watch();
        return new Agent(
                lock,
                managers,
                commands,
                cycles,
                List.of(run("link", link::run), run("table", tables::run), run("collect", collector::run)));
    }

    private interface Loop {
        void run() throws InterruptedException;
    }

    private static Thread run(String name, Loop loop) {
        return Thread.ofVirtual().name(name).start(() -> {
            try {
                while (true) {
                    runOnce(name, loop);
                    Thread.sleep(AFTER_FAILURE);
                }
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        });
    }

    /** An agent that has lost one of its loops would look alive and be of no use. */
    private static void runOnce(String name, Loop loop) throws InterruptedException {
        try {
            loop.run();
        } catch (RuntimeException e) {
            LOG.error("the {} loop failed and begins anew: {}", name, e.getMessage(), e);
        }
    }

    /**
     * Ends the stream, breaks off what is being started, and gives the data directory free; where a cycle is still on its way,
     * that is only when this program has ended, so that no other agent begins beside it.
     */
    @Override
    public void close() throws IOException {
        threads.forEach(Thread::interrupt);
        commands.close();
        boolean idle = false;
        try {
            idle = cycles.leave();
            for (Thread thread : threads) {
                thread.join(GRACE);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            managers.close();
            if (idle) {
                lock.close();
            }
        }
    }
}
