package dev.holdfast.acceptance.fleet;

import dev.holdfast.proto.agent.v1.CycleReport;
import dev.holdfast.proto.agent.v1.Outcome;

/** What a simulated agent did in a cycle, which is what the manager must say of it. */
record Deed(String host, String processId, String toVersion, CycleReport report) {
    String cycleId() {
        return report.getCycleId();
    }

    int count(Outcome outcome) {
        return Math.toIntExact(report.getConnectionsList().stream()
                .filter(connection -> connection.getOutcome() == outcome)
                .count());
    }
}
