package dev.holdfast.acceptance.trial;

import com.google.protobuf.util.Durations;
import dev.holdfast.proto.admin.v1.Cycle;
import dev.holdfast.proto.admin.v1.StepTime;
import dev.holdfast.proto.admin.v1.Upgrade;
import java.util.LinkedHashMap;
import java.util.Map;

/** How long the steps of an upgrade's cycles took, by name, in order. */
public record StepTimes(Map<String, Double> millis) {
    public static StepTimes of(Upgrade upgrade) {
        Map<String, Double> millis = new LinkedHashMap<>();
        for (Cycle cycle : upgrade.getCyclesList()) {
            for (StepTime step : cycle.getStepsList()) {
                millis.merge(step.getStep(), Durations.toNanos(step.getDuration()) / 1e6, Double::sum);
            }
        }
        return new StepTimes(millis);
    }

    /** A step's time in microseconds for each of so many connections; 0 when there was no such step. */
    public double microsPer(int connections, String step) {
        return millis.getOrDefault(step, 0.0) * 1000 / connections;
    }
}
