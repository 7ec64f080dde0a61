package dev.holdfast.agent.cycle;

import com.google.protobuf.Timestamp;
import dev.holdfast.agent.process.Exits;
import dev.holdfast.agent.process.ServerProcesses;
import dev.holdfast.proto.agent.v1.CycleProgress;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;

/** What every cycle of an agent works with. */
record CycleContext(ServerProcesses servers, Exits exits, CycleListener listener, Path journals, Clock clock) {
    Journal journal(String cycleId) {
        return Journal.of(journals, cycleId);
    }

    Timestamp now() {
        Instant now = clock.instant();
        return Timestamp.newBuilder()
                .setSeconds(now.getEpochSecond())
                .setNanos(now.getNano())
                .build();
    }

    void progress(String cycleId, State state, String detail) {
        listener.progress(CycleProgress.newBuilder()
                .setCycleId(cycleId)
                .setState(state.wire())
                .setTime(now())
                .setDetail(detail)
                .build());
    }
}
