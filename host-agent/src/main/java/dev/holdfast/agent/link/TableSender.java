package dev.holdfast.agent.link;

import dev.holdfast.agent.process.ProcessTable;
import dev.holdfast.agent.process.ServerProcesses;
import dev.holdfast.agent.process.TableEntry;
import dev.holdfast.proto.agent.v1.ConnectRequest;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Sends the process table when it changed: what the agent did itself at once, what it finds by looking within about a
 * second, and mere coming and going of clients every five seconds at the most.
 */
public final class TableSender {
    private static final Duration LOOK = Duration.ofSeconds(1);
    private static final Duration SETTLE = Duration.ofMillis(50);
    private static final Duration CLIENTS = Duration.ofSeconds(5);
    /** Looking at clients takes at most this part of the time. */
    private static final int ONE_IN = 50;

    private final ServerProcesses servers;
    private final Outbox outbox;
    private final ProcessTable table = new ProcessTable();
    private final Semaphore changed = new Semaphore(0);
    private volatile boolean anew;
    /** What the manager knows; null when it does not know what it should. */
    private @Nullable List<TableEntry> sent;

    private long clientsDue;

    public TableSender(ServerProcesses servers, Outbox outbox) {
        this.servers = servers;
        this.outbox = outbox;
        servers.onChange(changed::release);
    }

    /** A manager that has just registered this agent knows nothing. */
    void sendAnew() {
        anew = true;
        changed.release();
    }

    /** Goes on until it is interrupted. */
    public void run() throws InterruptedException {
        clientsDue = System.nanoTime();
        while (true) {
            boolean told = await();
            if (told) {
                // What comes together goes together.
                Thread.sleep(SETTLE);
                changed.drainPermits();
            }
            sendIfChanged();
        }
    }

    private boolean await() throws InterruptedException {
        boolean anyLive = servers.all().stream().anyMatch(process -> process.live());
        if (anyLive || sent == null) {
            return changed.tryAcquire(LOOK.toNanos(), TimeUnit.NANOSECONDS);
        }
        changed.acquire();
        return true;
    }

    private void sendIfChanged() {
        boolean first = anew;
        anew = false;
        boolean withClients = first || System.nanoTime() - clientsDue >= 0;
        long began = System.nanoTime();
        List<TableEntry> now = table.read(servers.all(), withClients);
        if (withClients) {
            long ended = System.nanoTime();
            clientsDue = ended + Math.max(CLIENTS.toNanos(), (ended - began) * ONE_IN);
        }
        if (first || sent == null || changed(sent, now, withClients)) {
            sent = send(now) ? now : null;
        }
    }

    private static boolean changed(List<TableEntry> before, List<TableEntry> now, boolean withClients) {
        return withClients ? !now.equals(before) : !structure(now).equals(structure(before));
    }

    private static List<TableEntry> structure(List<TableEntry> entries) {
        return entries.stream().map(TableEntry::structure).toList();
    }

    private boolean send(List<TableEntry> entries) {
        return outbox.offer(ConnectRequest.newBuilder()
                .setProcessTable(Messages.table(entries))
                .build());
    }
}
