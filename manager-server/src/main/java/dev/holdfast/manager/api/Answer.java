package dev.holdfast.manager.api;

import io.grpc.stub.StreamObserver;

/** Ends a call that has one answer. */
final class Answer {
    private Answer() {}

    static <T> void with(StreamObserver<T> caller, T answer) {
        caller.onNext(answer);
        caller.onCompleted();
    }
}
