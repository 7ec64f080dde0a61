package dev.holdfast.manager.api;

import dev.holdfast.manager.rollout.Spec;
import dev.holdfast.manager.upgrade.CheckedProcess;
import dev.holdfast.manager.upgrade.Plan;
import dev.holdfast.manager.upgrade.UpgradeCheck.Checked;
import dev.holdfast.proto.admin.v1.PlannedHost;
import dev.holdfast.proto.admin.v1.PlannedWave;
import dev.holdfast.proto.admin.v1.UpgradePlan;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;
import java.util.stream.Collectors;

/** Plans as callers are told them. */
final class PlanMessages {
    private PlanMessages() {}

    static UpgradePlan of(Spec spec, Checked checked) {
        Map<UUID, List<CheckedProcess>> byHost = checked.processes().stream()
                .collect(Collectors.groupingBy(each -> each.process().hostId()));
        Map<Integer, PlannedWave.Builder> waves = new TreeMap<>();
        for (Plan.Entry entry : checked.plan().hosts()) {
            waves.computeIfAbsent(
                            entry.wave(),
                            number -> PlannedWave.newBuilder()
                                    .setNumber(number)
                                    .setWantsApproval(spec.waves().wantsApproval(number)))
                    .addHosts(PlannedHost.newBuilder()
                            .setHost(entry.host().name())
                            .setConnected(entry.host().connected())
                            .putAllLabels(entry.host().labels())
                            .addAllProcesses(byHost.getOrDefault(entry.host().id(), List.of()).stream()
                                    .map(CheckMessages::of)
                                    .toList()));
        }
        UpgradePlan.Builder plan =
                UpgradePlan.newBuilder().addAllUnconcernedHosts(checked.plan().unconcerned());
        waves.values().forEach(plan::addWaves);
        return plan.build();
    }
}
