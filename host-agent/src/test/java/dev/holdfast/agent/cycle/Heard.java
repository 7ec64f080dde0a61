package dev.holdfast.agent.cycle;

import dev.holdfast.proto.agent.v1.CycleProgress;
import dev.holdfast.proto.agent.v1.CycleReport;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;

/** What is heard of cycles. */
final class Heard implements CycleListener {
    final List<CycleReport> reports = new CopyOnWriteArrayList<>();
    final AtomicInteger failures = new AtomicInteger();
    volatile Consumer<State> at = _ -> {};
    private final Map<String, CycleReport> kept = new ConcurrentHashMap<>();

    @Override
    public void progress(CycleProgress progress) {
        at.accept(State.valueOf(progress.getState().name().substring("CYCLE_STATE_".length())));
    }

    @Override
    public void keep(CycleReport report) {
        if (failures.getAndDecrement() > 0) {
            throw new IllegalStateException("the disk is full");
        }
        kept.put(report.getCycleId(), report);
    }

    @Override
    public Optional<CycleReport> kept(String cycleId) {
        return Optional.ofNullable(kept.get(cycleId));
    }

    @Override
    public void reported(String cycleId) {
        reports.add(kept(cycleId).orElseThrow());
    }
}
