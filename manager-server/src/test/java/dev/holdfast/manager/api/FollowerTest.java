package dev.holdfast.manager.api;

import static org.assertj.core.api.Assertions.assertThat;

import io.grpc.stub.ServerCallStreamObserver;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;

class FollowerTest {
    private final Call call = new Call();

    @Test
    void sendsAsMuchAsTheCallerTakes() throws Exception {
        AtomicInteger made = new AtomicInteger();
        Follower.start(
                answers -> {
                    while (made.get() < 9) {
                        answers.send(made.incrementAndGet());
                    }
                },
                call);
        call.take(3);
        Awaitility.await().until(() -> call.sent.size() == 3 && made.get() == 4);
        call.take(5);
        Awaitility.await().until(() -> call.sent.size() == 8 && made.get() == 9);
        assertThat(call.completed.isDone()).isFalse();
        call.take(1);
        call.completed.get(10, TimeUnit.SECONDS);
        assertThat(call.sent).containsExactlyElementsOf(List.of(1, 2, 3, 4, 5, 6, 7, 8, 9));
    }

    @Test
    void stopsWhenTheCallerHasGone() throws Exception {
        CompletableFuture<Thread> stopped = new CompletableFuture<>();
        Follower.start(
                answers -> {
                    try {
                        answers.send(1);
                    } finally {
                        stopped.complete(Thread.currentThread());
                    }
                },
                call);
        call.cancel.run();
        assertThat(stopped.get(10, TimeUnit.SECONDS).join(java.time.Duration.ofSeconds(10)))
                .isTrue();
        assertThat(call.sent).isEmpty();
        assertThat(call.completed.isDone()).isFalse();
    }

    /** A caller that takes as many answers as a test says. */
    private static final class Call extends ServerCallStreamObserver<Integer> {
        final List<Integer> sent = new CopyOnWriteArrayList<>();
        final CompletableFuture<Boolean> completed = new CompletableFuture<>();
        private final AtomicInteger room = new AtomicInteger();
        private volatile Runnable ready = () -> {};
        private volatile Runnable cancel = () -> {};

        void take(int more) {
            room.addAndGet(more);
            ready.run();
        }

        @Override
        public boolean isReady() {
            return room.get() > 0;
        }

        @Override
        public void onNext(Integer value) {
            room.decrementAndGet();
            sent.add(value);
        }

        @Override
        public void onError(Throwable failure) {
            completed.completeExceptionally(failure);
        }

        @Override
        public void onCompleted() {
            completed.complete(true);
        }

        @Override
        public void setOnReadyHandler(Runnable handler) {
            ready = handler;
        }

        @Override
        public void setOnCancelHandler(Runnable handler) {
            cancel = handler;
        }

        @Override
        public boolean isCancelled() {
            return false;
        }

        @Override
        public void disableAutoInboundFlowControl() {}

        @Override
        public void request(int count) {}

        @Override
        public void setMessageCompression(boolean enable) {}

        @Override
        public void setCompression(String compression) {}
    }
}
