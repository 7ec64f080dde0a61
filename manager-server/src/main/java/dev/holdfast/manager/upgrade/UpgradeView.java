package dev.holdfast.manager.upgrade;

import dev.holdfast.manager.store.CycleRow;
import dev.holdfast.manager.store.Outcome;
import dev.holdfast.manager.store.StepRow;
import dev.holdfast.manager.store.Transaction;
import dev.holdfast.manager.store.UpgradeHostRow;
import dev.holdfast.manager.store.UpgradeRow;
import dev.holdfast.manager.store.WaveRow;
import java.util.List;
import java.util.Map;
import java.util.UUID;

/** An upgrade with its waves, hosts and cycles. */
public record UpgradeView(UpgradeRow upgrade, List<WaveRow> waves, List<UpgradeHostRow> hosts, List<CycleView> cycles) {
    /**
     * A cycle.
     *
     * @param totals how many connections ended how; what there is none of is absent
     */
    public record CycleView(CycleRow cycle, List<StepRow> steps, Map<Outcome, Integer> totals) {}

    public static List<UpgradeView> of(Transaction tx, List<UpgradeRow> upgrades) {
        List<CycleRow> cycles =
                tx.cycles().ofUpgrades(upgrades.stream().map(UpgradeRow::id).toList());
        List<UUID> ids = cycles.stream().map(CycleRow::id).toList();
        Map<UUID, List<StepRow>> steps = tx.outcomes().steps(ids);
        Map<UUID, Map<Outcome, Integer>> totals = tx.outcomes().totals(ids);
        return upgrades.stream()
                .map(upgrade -> new UpgradeView(
                        upgrade,
                        tx.waves().of(upgrade.id()),
                        tx.upgradeHosts().of(upgrade.id()),
                        cycles.stream()
                                .filter(cycle -> cycle.upgradeId().equals(upgrade.id()))
                                .map(cycle -> new CycleView(
                                        cycle,
                                        steps.getOrDefault(cycle.id(), List.of()),
                                        totals.getOrDefault(cycle.id(), Map.of())))
                                .toList()))
                .toList();
    }
}
