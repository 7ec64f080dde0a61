package dev.holdfast.agent.cycle;

import com.google.protobuf.Timestamp;
import dev.holdfast.agent.process.Exits;
import dev.holdfast.agent.process.ServerProcesses;
import dev.holdfast.proto.agent.v1.CycleProgress;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What every cycle of an agent works with. */
record CycleContext(ServerProcesses servers, Exits exits, CycleListener listener, Path journals, Clock clock) {
    private static final Logger log = LoggerFactory.getLogger(CycleContext.class);

    Journal journal(String cycleId) {
        return Journal.of(journals, cycleId);
    }

    Roster roster(String cycleId) {
        return Roster.of(journals, cycleId);
    }

    Timestamp now() {
        Instant now = clock.instant();
        return Timestamp.newBuilder()
                .setSeconds(now.getEpochSecond())
                .setNanos(now.getNano())
                .build();
    }

    void progress(String cycleId, State state, String detail) {
        CycleProgress progress = CycleProgress.newBuilder()
                .setCycleId(cycleId)
                .setState(state.wire())
                .setTime(now())
                .setDetail(detail)
                .build();
        try {
            listener.progress(progress);
        } catch (RuntimeException e) {
            // It may get lost; a cycle does not fail because nobody could be told.
            log.warn("cycle {} is {}, which cannot be told: {}", cycleId, state.step(), e.getMessage());
        }
    }
}
