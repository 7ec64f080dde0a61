package dev.holdfast.agent.cycle;

import dev.holdfast.agent.process.Exits;
import dev.holdfast.agent.process.ImageRef;
import dev.holdfast.agent.process.ManagedProcess;
import dev.holdfast.agent.process.ProcessLock;
import dev.holdfast.agent.process.ServerProcesses;
import dev.holdfast.proto.agent.v1.CycleReport;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Runs the cycles of a host, each on a thread of its own and with its process locked. */
public final class HostCycles implements Cycles, AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(HostCycles.class);
    /** Longer than a server may take to become ready, twice. */
    private static final Duration END_WITHIN = Duration.ofMinutes(3);

    private final CycleContext context;
    private final Path journals;
    private final Map<String, Thread> running = new ConcurrentHashMap<>();

    public HostCycles(ServerProcesses servers, Exits exits, CycleListener listener, Path journals, Clock clock) {
        this.journals = journals;
        this.context = new CycleContext(servers, exits, listener, journals, clock);
    }

    @Override
    public void recover() {
        for (Journal journal : Journal.unfinished(journals)) {
            Optional<Journal.Entry> last = journal.last();
            Optional<ManagedProcess> process =
                    last.flatMap(entry -> context.servers().get(entry.processId()));
            if (last.isEmpty() || process.isEmpty()) {
                log.warn("a journal says nothing of a known process: the cycle had not begun");
                journal.delete();
                continue;
            }
            try {
                ProcessLock lock = context.servers().lock(process.get().processId());
                Journal.Entry entry = last.get();
                Cycle cycle = new Cycle(context, entry.cycleId(), process.get(), entry.image());
                run(entry.cycleId(), () -> {
                    try (lock) {
                        return cycle.recover(entry);
                    }
                });
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                return;
            }
        }
    }

    @Override
    public synchronized void start(String cycleId, String processId, ImageRef image) {
        if (running.containsKey(cycleId)) {
            return;
        }
        run(cycleId, () -> {
            try (ProcessLock _ = context.servers().lock(processId)) {
                return begin(cycleId, processId, image);
            }
        });
    }

    private CycleReport begin(String cycleId, String processId, ImageRef image) throws InterruptedException {
        ManagedProcess process = context.servers().get(processId).orElseThrow();
        if (process.state() != ManagedProcess.State.RUNNING) {
            String state = process.state().name().toLowerCase(Locale.ROOT);
            return notBegun(cycleId, "the process is " + state + ", not running: start it first");
        }
        return new Cycle(context, cycleId, process, image).run();
    }

    private CycleReport notBegun(String cycleId, String reason) {
        return CycleReport.newBuilder()
                .setCycleId(cycleId)
                .setState(State.ABORTED.wire())
                .setReason(reason)
                .setEndTime(context.now())
                .build();
    }

    private interface Work {
        CycleReport run() throws InterruptedException;
    }

    private void run(String cycleId, Work work) {
        Thread thread = Thread.ofPlatform().name("cycle-" + cycleId).daemon().unstarted(() -> {
            try {
                end(cycleId, work.run());
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        });
        running.put(cycleId, thread);
        thread.start();
    }

    /** First the report is kept, then the journal goes: whatever happens between, it is reported once more, not less. */
    private void end(String cycleId, CycleReport report) {
        context.listener().reported(report);
        context.journal(cycleId).delete();
        running.remove(cycleId);
    }

    /** Waits for the cycles that run: they are not to be broken off. */
    @Override
    public void close() {
        running.values().forEach(thread -> {
            try {
                thread.join(END_WITHIN);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        });
    }
}
