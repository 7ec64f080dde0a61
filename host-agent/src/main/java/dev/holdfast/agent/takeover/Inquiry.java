package dev.holdfast.agent.takeover;

import dev.holdfast.agent.linux.Priority;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/**
 * What the kernel says of the connections and the descriptors of a server that stands. All its clients wait for it: half of the
 * connections are asked on another CPU, and then the descriptors are listed there. When it is closed, whatever went wrong,
 * nobody uses any more what is held.
 */
final class Inquiry implements AutoCloseable {
    private final Judge judge;
    private final List<HeldConnection> first;
    private final ExecutorService other = Executors.newSingleThreadExecutor(Inquiry::urgent);
    private final CompletableFuture<Map<Long, Debt>> rest;
    private final CompletableFuture<Map<Integer, SocketTable>> tables;

    Inquiry(Judge judge, Holder holder, List<Integer> pids, Collection<HeldConnection> connections) {
        this.judge = judge;
        List<HeldConnection> all = List.copyOf(connections);
        int half = all.size() / 2;
        first = all.subList(0, half);
        rest = CompletableFuture.supplyAsync(() -> judge.ask(all.subList(half, all.size())), other);
        tables = CompletableFuture.supplyAsync(() -> holder.tables(pids), other);
    }

    private static Thread urgent(Runnable work) {
        return Thread.ofPlatform().name("look").unstarted(() -> {
            try (Priority _ = Priority.first()) {
                work.run();
            }
        });
    }

    /** By inode, as {@link Judge#ask(Collection)}; until then nobody may look. */
    Map<Long, Debt> answers() {
        Map<Long, Debt> answers = judge.ask(first);
        answers.putAll(of(rest));
        return answers;
    }

    /** The descriptors of each process. */
    Map<Integer, SocketTable> tables() {
        return of(tables);
    }

    private static <T> T of(CompletableFuture<T> future) {
        try {
            return future.join();
        } catch (CompletionException e) {
            throw e.getCause() instanceof RuntimeException cause ? cause : e;
        }
    }

    @Override
    public void close() {
        other.close();
    }
}
