package dev.holdfast.cli.upgrade;

import dev.holdfast.cli.output.Table;
import dev.holdfast.cli.output.Words;
import dev.holdfast.proto.admin.v1.Finding;
import dev.holdfast.proto.admin.v1.PlannedHost;
import dev.holdfast.proto.admin.v1.PlannedWave;
import dev.holdfast.proto.admin.v1.ProcessCheck;
import dev.holdfast.proto.admin.v1.UpgradePlan;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Plans as people read them. */
final class PlanText {
    private PlanText() {}

    static String of(UpgradePlan plan) {
        List<String> parts = new ArrayList<>();
        if (plan.getWavesCount() == 0) {
            parts.add("Nothing to upgrade: no server process runs another version.");
        }
        plan.getWavesList().forEach(wave -> parts.add(wave(wave)));
        if (plan.getUnconcernedHostsCount() > 0) {
            parts.add("Not concerned: " + String.join(", ", plan.getUnconcernedHostsList()));
        }
        long refused = refused(plan);
        if (refused > 0) {
            parts.add(Words.count(refused, "server process", "server processes")
                    + " cannot be upgraded now; the reasons: holdfast upgrade check");
        }
        return String.join("\n\n", parts);
    }

    /** How many server processes cannot be upgraded. */
    static long refused(UpgradePlan plan) {
        return checks(plan)
                .filter(check -> has(check, Finding.Severity.SEVERITY_REFUSED))
                .count();
    }

    private static Stream<ProcessCheck> checks(UpgradePlan plan) {
        return plan.getWavesList().stream()
                .flatMap(wave -> wave.getHostsList().stream())
                .flatMap(host -> host.getProcessesList().stream());
    }

    private static String wave(PlannedWave wave) {
        Table table = new Table("HOST", "AGENT", "RUNS", "CHECK");
        wave.getHostsList()
                .forEach(host -> table.row(
                        host.getHost(),
                        host.getConnected() ? "connected" : "away",
                        host.getProcessesList().stream()
                                .map(ProcessCheck::getFromVersion)
                                .distinct()
                                .collect(Collectors.joining(", ")),
                        check(host)));
        return "Wave %d%s\n%s"
                .formatted(wave.getNumber(), wave.getWantsApproval() ? ", after its approval" : "", table);
    }

    private static String check(PlannedHost host) {
        if (host.getProcessesList().stream().anyMatch(check -> has(check, Finding.Severity.SEVERITY_REFUSED))) {
            return "refused";
        }
        return host.getProcessesList().stream().anyMatch(check -> has(check, Finding.Severity.SEVERITY_WARNING))
                ? "warning"
                : "passed";
    }

    private static boolean has(ProcessCheck check, Finding.Severity severity) {
        return check.getFindingsList().stream().anyMatch(finding -> finding.getSeverity() == severity);
    }
}
