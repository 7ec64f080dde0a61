package dev.holdfast.agent.cycle;

import dev.holdfast.agent.process.Exits;
import dev.holdfast.agent.process.ImageRef;
import dev.holdfast.agent.process.ManagedProcess;
import dev.holdfast.agent.process.ProcessIdentity;
import dev.holdfast.agent.process.ProcessLock;
import dev.holdfast.agent.process.ServerProcesses;
import dev.holdfast.proto.agent.v1.CycleReport;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Runs the cycles of a host, each on a thread of its own and with its process locked. */
public final class HostCycles implements Cycles, AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(HostCycles.class);
    /** Less than a supervisor gives a service to end, 90 s with systemd. */
    private static final Duration END_WITHIN = Duration.ofSeconds(60);

    private static final Duration LOOK_EVERY = Duration.ofMillis(20);

    /** As many late words as a manager can have on the way. */
    private static final int REMEMBERED = 1_000;

    private static final Duration TRY_AGAIN = Duration.ofSeconds(1);
    private static final Duration TRY_AGAIN_AT_LAST = Duration.ofSeconds(30);

    private final CycleContext context;
    private final Path journals;
    private final Map<String, Running> running = new ConcurrentHashMap<>();
    private final Set<String> over = new LinkedHashSet<>();
    private volatile boolean leaving;

    private record Running(String processId, Thread thread, Recall recall) {}

    public HostCycles(ServerProcesses servers, Exits exits, CycleListener listener, Path journals, Clock clock) {
        this.journals = journals;
        this.context = new CycleContext(servers, exits, listener, journals, clock);
    }

    @Override
    public void recover() {
        for (Journal journal : Journal.unfinished(journals)) {
            try {
                recover(journal);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                return;
            } catch (RuntimeException e) {
                // One that cannot be read must not keep the agent from all the others.
                log.error("a journal is left where it is", e);
            }
        }
    }

    private void recover(Journal journal) throws InterruptedException {
        Optional<Journal.Entry> last = journal.last();
        if (last.isEmpty()) {
            log.warn("a journal holds no whole step: the cycle had not begun");
            journal.delete();
            return;
        }
        Journal.Entry entry = last.get();
        if (!entry.isOfThisBoot()) {
            log.warn("cycle {} ended with the host, and its connections did", entry.cycleId());
            forget(entry.cycleId());
            return;
        }
        if (context.servers().get(entry.processId()).isEmpty()) {
            log.warn("cycle {} is about a process that is not known", entry.cycleId());
            endAll(entry);
            forget(entry.cycleId());
            return;
        }
        ProcessLock lock = context.servers().lock(entry.processId());
        run(entry.cycleId(), entry.processId(), _ -> lock, recall -> recovered(entry.cycleId(), recall));
    }

    @Override
    public synchronized void start(String cycleId, String processId, ImageRef image) {
        Journal journal = context.journal(cycleId);
        if (leaving || running.containsKey(cycleId) || over.contains(cycleId)) {
            // Also an agent that leaves says nothing: the manager tells the next one.
            return;
        }
        refuseUnreadable(cycleId, journal);
        run(
                cycleId,
                processId,
                recall -> recall.orElse(() -> context.servers().lock(processId)),
                recall -> begin(cycleId, processId, image, recall));
    }

    @Override
    public synchronized void abort(String cycleId, String reason) {
        Journal journal = context.journal(cycleId);
        Running found = running.get(cycleId);
        String why = reason.isEmpty() ? "it was aborted" : "it was aborted: " + reason;
        if (found != null) {
            log.info("cycle {} is recalled: {}", cycleId, reason);
            found.recall().call(why);
        } else if (context.listener().kept(cycleId).isPresent()) {
            context.listener().reported(cycleId);
        } else if (!over.contains(cycleId)) {
            refuseUnreadable(cycleId, journal);
            notBegun(cycleId, why);
            ended(cycleId);
            context.listener().reported(cycleId);
        }
    }

    private static void refuseUnreadable(String cycleId, Journal journal) {
        if (journal.exists()) {
            throw new IllegalStateException("cycle " + cycleId + " has a journal that could not be read");
        }
    }

    @Override
    public Map<String, String> underWay() {
        return running.entrySet().stream()
                .collect(Collectors.toUnmodifiableMap(
                        Map.Entry::getKey, each -> each.getValue().processId()));
    }

    /** What the manager says may arrive late, when it has the report already: such a cycle is not begun again. */
    private synchronized void ended(String cycleId) {
        running.remove(cycleId);
        over.add(cycleId);
        if (over.size() > REMEMBERED) {
            over.remove(over.iterator().next());
        }
    }

    private CycleReport begin(String cycleId, String processId, ImageRef image, Recall recall)
            throws InterruptedException {
        ManagedProcess process = context.servers().get(processId).orElseThrow();
        if (process.state() != ManagedProcess.State.RUNNING) {
            String state = process.state().name().toLowerCase(Locale.ROOT);
            return notBegun(cycleId, "the process is " + state + ", not running: start it first");
        }
        try (Course course = new Course(context, cycleId, process, image, recall)) {
            return new Cycle(course).run();
        }
    }

    private CycleReport notBegun(String cycleId, String reason) {
        CycleReport report = CycleReport.newBuilder()
                .setCycleId(cycleId)
                .setState(State.ABORTED.wire())
                .setReason(reason)
                .setEndTime(context.now())
                .build();
        context.listener().keep(report);
        return report;
    }

    /** From its journal, unless it was over and only had to be tidied up. */
    private CycleReport recovered(String cycleId, Recall recall) throws InterruptedException {
        Journal journal = context.journal(cycleId);
        // Before anything is written again.
        long died = System.nanoTime() - journal.age().toNanos();
        Optional<Journal.Entry> last = journal.last();
        if (last.isEmpty()) {
            return notBegun(cycleId, "it failed before it had begun");
        }
        Optional<CycleReport> kept = context.listener().kept(cycleId);
        if (kept.isPresent()) {
            last.get().parking().forEach(parking -> Parking.end(parking, context.exits()));
            return kept.get();
        }
        ManagedProcess process = context.servers().get(last.get().processId()).orElseThrow();
        try (Course course = Course.resumed(context, process, last.get(), recall)) {
            return new Recovery(course, last.get(), died).run();
        }
    }

    private void endAll(Journal.Entry entry) throws InterruptedException {
        ProcessIdentity started = entry.started();
        if (started != null) {
            Stopping.kill(context, started, List.of());
        }
        entry.parking().forEach(parking -> Parking.end(parking, context.exits()));
    }

    private interface Locking {
        ProcessLock lock(Recall recall) throws InterruptedException;
    }

    private interface Work {
        CycleReport run(Recall recall) throws InterruptedException;
    }

    private void run(String cycleId, String processId, Locking locking, Work work) {
        Recall recall = new Recall();
        Thread thread = Thread.ofPlatform().name("cycle-" + cycleId).daemon().unstarted(() -> {
            try (ProcessLock _ = locking.lock(recall)) {
                carryThrough(cycleId, work, recall);
                forget(cycleId);
                ended(cycleId);
            } catch (Recall.RecalledException e) {
                // While it waited for its turn.
                notBegun(cycleId, String.valueOf(e.getMessage()));
                ended(cycleId);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                return;
            } finally {
                running.remove(cycleId);
            }
            context.listener().reported(cycleId);
        });
        running.put(cycleId, new Running(processId, thread, recall));
        thread.start();
    }

    /** What breaks off in spite of all is taken up from its journal, as if the agent had been killed there. */
    private void carryThrough(String cycleId, Work work, Recall recall) throws InterruptedException {
        Work next = work;
        for (Duration pause = TRY_AGAIN; ; pause = pause.multipliedBy(2)) {
            try {
                CycleReport report = next.run(recall);
                log.debug("cycle {}: {}", cycleId, report.getState());
                return;
            } catch (RuntimeException | Error e) {
                log.error("cycle {} broke off and is taken up from its journal", cycleId, e);
                next = again -> recovered(cycleId, again);
                Thread.sleep(pause.compareTo(TRY_AGAIN_AT_LAST) < 0 ? pause : TRY_AGAIN_AT_LAST);
            }
        }
    }

    private void forget(String cycleId) {
        context.roster(cycleId).delete();
        context.journal(cycleId).delete();
    }

    /**
     * Begins no more cycles, and lets those that run end, if that is soon. What is left the next agent takes up, as after a
     * kill: nothing is lost by it, but an upgrade may end sooner than it had to.
     *
     * @return whether none is left that does anything
     */
    public boolean leave() throws InterruptedException {
        leaving = true;
        long deadline = System.nanoTime() + END_WITHIN.toNanos();
        while (running.keySet().stream().anyMatch(this::isWorthWaiting) && System.nanoTime() < deadline) {
            Thread.sleep(LOOK_EVERY);
        }
        return running.isEmpty();
    }

    /**
     * One that waits for its turn has done nothing; a trial, which may be long, begins anew with the next agent, and lingering
     * goes on.
     */
    private boolean isWorthWaiting(String cycleId) {
        try {
            Journal journal = context.journal(cycleId);
            return journal.exists()
                    && journal.last()
                            .filter(step -> step.state() == State.PROVING || step.state() == State.LINGERING)
                            .isEmpty();
        } catch (UncheckedIOException e) {
            // It was removed between the two questions.
            return running.containsKey(cycleId);
        }
    }

    /** Waits for the cycles that run, trials too but not where an old server lingers: for a program that goes on. */
    @Override
    public void close() {
        running.values().forEach(each -> each.recall().leave());
        running.values().forEach(each -> {
            try {
                each.thread().join(END_WITHIN);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        });
    }
}
