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
        void run(Answers<T> caller) throws InterruptedException;
    }

    /** Where they go. */
    interface Answers<T> {
        void send(T answer) throws InterruptedException;
    }

    static <T> void start(Work<T> work, StreamObserver<T> caller) {
        ServerCallStreamObserver<T> call = (ServerCallStreamObserver<T>) caller;
        Paced<T> paced = new Paced<>(call);
        Thread thread = Thread.ofVirtual().unstarted(() -> {
            try {
                work.run(paced);
                call.onCompleted();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            } catch (RuntimeException e) {
                // An interrupt in the middle of a query is the caller's leaving too.
                if (!Thread.currentThread().isInterrupted()) {
                    call.onError(Failures.status(e));
                }
            }
        });
        call.setOnReadyHandler(paced::wake);
        call.setOnCancelHandler(thread::interrupt);
        thread.start();
    }

    /** Answers as fast as the caller takes them: what a slow one has not taken stays in the database, not in memory. */
    private static final class Paced<T> implements Answers<T> {
        private final ServerCallStreamObserver<T> call;

        Paced(ServerCallStreamObserver<T> call) {
            this.call = call;
        }

        @Override
        public synchronized void send(T answer) throws InterruptedException {
            while (!call.isReady()) {
                wait();
            }
            call.onNext(answer);
        }

        synchronized void wake() {
            notifyAll();
        }
    }
}
