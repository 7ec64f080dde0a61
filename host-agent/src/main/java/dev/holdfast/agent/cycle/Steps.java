package dev.holdfast.agent.cycle;

import dev.holdfast.proto.agent.v1.StepTime;
import java.util.ArrayList;
import java.util.List;

/** How long each step took. Used by one thread. */
final class Steps {
    private final List<StepTime> done = new ArrayList<>();
    private State current;
    private long since = System.nanoTime();

    Steps(State first) {
        current = first;
    }

    /** The current step ends and the next begins. */
    void next(State state) {
        long now = System.nanoTime();
        long nanos = now - since;
        done.add(StepTime.newBuilder()
                .setStep(current.step())
                .setDuration(com.google.protobuf.Duration.newBuilder()
                        .setSeconds(nanos / 1_000_000_000)
                        .setNanos((int) (nanos % 1_000_000_000)))
                .build());
        current = state;
        since = now;
    }

    List<StepTime> done() {
        return done;
    }
}
