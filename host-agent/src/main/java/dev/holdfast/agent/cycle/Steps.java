package dev.holdfast.agent.cycle;

import dev.holdfast.proto.agent.v1.StepTime;
import java.time.Duration;
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
        add(current.step(), now - since);
        current = state;
        since = now;
    }

    /** A part of the current step counts by itself. */
    void apart(String part, Duration time) {
        add(part, time.toNanos());
        since += time.toNanos();
    }

    private void add(String step, long nanos) {
        done.add(StepTime.newBuilder()
                .setStep(step)
                .setDuration(com.google.protobuf.Duration.newBuilder()
                        .setSeconds(nanos / 1_000_000_000)
                        .setNanos((int) (nanos % 1_000_000_000)))
                .build());
    }

    List<StepTime> done() {
        return done;
    }
}
