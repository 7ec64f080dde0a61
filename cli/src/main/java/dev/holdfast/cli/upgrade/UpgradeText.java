package dev.holdfast.cli.upgrade;

import dev.holdfast.cli.output.Table;
import dev.holdfast.cli.output.Words;
import dev.holdfast.proto.admin.v1.Cycle;
import dev.holdfast.proto.admin.v1.HostProgress;
import dev.holdfast.proto.admin.v1.OutcomeTotals;
import dev.holdfast.proto.admin.v1.StepTime;
import dev.holdfast.proto.admin.v1.Upgrade;
import dev.holdfast.proto.admin.v1.UpgradeEvent;
import dev.holdfast.proto.admin.v1.Wave;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/** Upgrades as people read them. */
final class UpgradeText {
    private UpgradeText() {}

    static String title(Upgrade upgrade) {
        return "Upgrade %s of tenant %s to %s:%s, %s"
                .formatted(
                        upgrade.getId(),
                        upgrade.getTenant(),
                        upgrade.getImageName(),
                        upgrade.getImageVersion(),
                        Words.count(upgrade.getCyclesCount(), "server process", "server processes"));
    }

    /** How far it is: in a line, what it waits for in another. */
    static String progress(Upgrade upgrade) {
        long waves = upgrade.getWavesList().stream().filter(Wave::hasEndTime).count();
        long hosts =
                upgrade.getWavesList().stream().mapToLong(Wave::getHostsCount).sum();
        long upgraded = upgrade.getWavesList().stream()
                .flatMap(wave -> wave.getHostsList().stream())
                .filter(host -> host.getState() == HostProgress.State.STATE_UPGRADED)
                .count();
        return "Upgrade %s is %s%s: %d of %d waves are over, %d of %s upgraded%s%s"
                .formatted(
                        upgrade.getId(),
                        Words.state(upgrade.getState()),
                        upgrade.hasPauseTime() && !upgrade.hasEndTime() ? ", paused" : "",
                        waves,
                        upgrade.getWavesCount(),
                        upgraded,
                        Words.count(hosts, "host is", "hosts are"),
                        upgrade.getStopReason().isEmpty()
                                ? ""
                                : "\nStopped" + (upgrade.getBack() ? ", going back" : "") + ": "
                                        + upgrade.getStopReason(),
                        upgrade.getWaitsFor().isEmpty() ? "" : "\nIt waits for: " + upgrade.getWaitsFor());
    }

    static String event(UpgradeEvent event) {
        return "%s  %-20s %-12s %s"
                .formatted(
                        Words.clock(event.getTime()),
                        event.getHost().isEmpty() ? "upgrade" : event.getHost(),
                        event.getState(),
                        event.getDetail().isEmpty() ? meaning(event.getState()) : event.getDetail())
                .stripTrailing();
    }

    /** Of the states that last, and in which no client waits. */
    private static String meaning(String state) {
        return switch (state) {
            case "proving" -> "the new process serves, and is on trial";
            case "lingering" -> "the new process serves, and the old one finishes what it has begun";
            default -> "";
        };
    }

    /** What an abort still has to undo. */
    static String underway(Upgrade upgrade) {
        String cycles = upgrade.getCyclesList().stream()
                .filter(cycle -> !cycle.hasEndTime())
                .map(cycle -> cycle.getHost() + " (" + Words.state(cycle.getState()) + ")")
                .collect(Collectors.joining(", "));
        return "Its abort is decided; underway, and to be undone: " + cycles;
    }

    /** How it ended, cycle by cycle, with the time of every step. */
    static String summary(Upgrade upgrade) {
        List<String> parts = new ArrayList<>();
        OutcomeTotals totals = upgrade.getTotals();
        parts.add("Upgrade %s%s%s: kept %d, released %d, closed by client %d, reset %d"
                .formatted(
                        Words.state(upgrade.getState()),
                        upgrade.hasEndTime()
                                ? " in " + Words.duration(Words.between(upgrade.getCreateTime(), upgrade.getEndTime()))
                                : "",
                        upgrade.hasAbortTime() && !upgrade.hasEndTime() ? ", its abort is underway" : "",
                        totals.getKept(),
                        totals.getReleased(),
                        totals.getClosedByClient(),
                        totals.getReset()));
        if (upgrade.getCyclesCount() > 0) {
            parts.add(cycles(upgrade.getCyclesList()));
        }
        String steps = steps(upgrade.getCyclesList());
        if (!steps.isEmpty()) {
            parts.add(steps);
        }
        if (upgrade.getWavesCount() > 1
                || !upgrade.getWaitsFor().isEmpty()
                || !upgrade.getStopReason().isEmpty()) {
            parts.add(progress(upgrade));
        }
        return String.join("\n\n", parts);
    }

    static String list(List<Upgrade> upgrades) {
        Table table = new Table("UPGRADE", "TENANT", "TO", "STATE", "KEPT", "RELEASED", "CLOSED", "RESET", "STARTED");
        upgrades.forEach(upgrade -> table.row(
                upgrade.getId(),
                upgrade.getTenant(),
                upgrade.getImageName() + ":" + upgrade.getImageVersion(),
                Words.state(upgrade.getState()),
                upgrade.getTotals().getKept(),
                upgrade.getTotals().getReleased(),
                upgrade.getTotals().getClosedByClient(),
                upgrade.getTotals().getReset(),
                Words.time(upgrade.getCreateTime())));
        return table.toString();
    }

    private static String cycles(List<Cycle> cycles) {
        Table table = new Table("HOST", "FROM", "TO", "STATE", "KEPT", "RELEASED", "CLOSED", "RESET", "REASON");
        cycles.forEach(cycle -> table.row(
                cycle.getHost(),
                cycle.getFromVersion(),
                cycle.getToVersion(),
                Words.state(cycle.getState()),
                cycle.getTotals().getKept(),
                cycle.getTotals().getReleased(),
                cycle.getTotals().getClosedByClient(),
                cycle.getTotals().getReset(),
                cycle.getReason()));
        return table.toString();
    }

    /** A row a cycle, a column a step, in the order in which the steps came; empty when none is known. */
    private static String steps(List<Cycle> cycles) {
        List<String> names = cycles.stream()
                .flatMap(cycle -> cycle.getStepsList().stream())
                .map(StepTime::getStep)
                .distinct()
                .toList();
        if (names.isEmpty()) {
            return "";
        }
        List<String> header = new ArrayList<>(List.of("HOST"));
        header.addAll(names.stream().map(name -> name + " ms").toList());
        Table table = new Table(header);
        for (Cycle cycle : cycles) {
            Map<String, Double> millis = cycle.getStepsList().stream()
                    .collect(
                            Collectors.toMap(StepTime::getStep, step -> Words.millis(step.getDuration()), Double::sum));
            List<String> row = new ArrayList<>(List.of(cycle.getHost()));
            names.forEach(name -> row.add(millis.containsKey(name) ? "%.1f".formatted(millis.get(name)) : ""));
            table.row(row);
        }
        return table.toString();
    }
}
