package dev.holdfast.manager.api;

import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.StreamObserver;

/**
 * A call that is answered little by little from a thread of its own: the call's own thread must stay free to learn that
 * the caller has gone.
 */
final class Follower {
    private Follower() {}

    /** Answers until it returns; interrupted when the caller has gone. */
    @FunctionalInterface
    interface Work<T> {
        void run(StreamObserver<T> caller) throws InterruptedException;
    }

    static <T> void start(Work<T> work, StreamObserver<T> caller) {
        Thread thread = Thread.ofVirtual().unstarted(() -> {
            try {
                work.run(caller);
                caller.onCompleted();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            } catch (RuntimeException e) {
                // An interrupt in the middle of a query is the caller's leaving too.
                if (!Thread.currentThread().isInterrupted()) {
                    caller.onError(Failures.status(e));
                }
            }
        });
        ((ServerCallStreamObserver<T>) caller).setOnCancelHandler(thread::interrupt);
        thread.start();
    }
}
