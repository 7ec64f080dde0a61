package dev.holdfast.acceptance.fleet;

import com.google.common.util.concurrent.ListenableFuture;
import io.grpc.Status;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Semaphore;
import java.util.function.Function;

/** The same call for each of many hosts. */
final class Calls {
    /** So many are underway at once. */
    private static final int AT_ONCE = 64;

    private Calls() {}

    /** Throws what the first one failed with, when all have been answered. */
    static <A> void forEach(List<String> hosts, Function<String, ListenableFuture<A>> call)
            throws InterruptedException {
        Semaphore free = new Semaphore(AT_ONCE);
        List<ListenableFuture<A>> all = new ArrayList<>();
        for (String host : hosts) {
            free.acquire();
            ListenableFuture<A> answer = call.apply(host);
            answer.addListener(free::release, Runnable::run);
            all.add(answer);
        }
        free.acquire(AT_ONCE);
        for (ListenableFuture<A> answer : all) {
            try {
                var _ = answer.get();
            } catch (ExecutionException e) {
                throw Status.fromThrowable(e).asRuntimeException();
            }
        }
    }
}
