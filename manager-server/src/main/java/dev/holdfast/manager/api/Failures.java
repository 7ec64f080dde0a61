package dev.holdfast.manager.api;

import dev.holdfast.manager.refusal.RefusedException;
import dev.holdfast.manager.store.Database;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What a caller is told when a call fails. */
final class Failures {
    private static final Logger log = LoggerFactory.getLogger(Failures.class);

    private Failures() {}

    static StatusRuntimeException status(Throwable failure) {
        return switch (failure) {
            case RefusedException refused -> RefusalStatus.of(refused.refusal());
            case StatusRuntimeException status -> status;
            case Database.UnreachableException unreachable -> {
                log.error("a call failed: the database cannot be reached: {}", String.valueOf(unreachable.getCause()));
                yield Status.UNAVAILABLE
                        .withDescription("the manager's database cannot be reached now; try again")
                        .asRuntimeException();
            }
            default -> {
                log.error("a call failed", failure);
                yield Status.INTERNAL
                        .withDescription(
                                "the manager failed (" + failure.getClass().getSimpleName() + "); its log says why")
                        .asRuntimeException();
            }
        };
    }
}
