package dev.holdfast.manager.api;

import dev.holdfast.manager.store.UpgradeHostRow;
import dev.holdfast.manager.store.UpgradeRow;
import dev.holdfast.manager.store.WaveRow;
import dev.holdfast.manager.upgrade.Specs;
import dev.holdfast.manager.upgrade.UpgradeView;
import dev.holdfast.proto.admin.v1.HostProgress;
import dev.holdfast.proto.admin.v1.Upgrade;
import dev.holdfast.proto.admin.v1.Wave;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;

/** How far an upgrade is, as callers are told it. */
final class RolloutMessages {
    private RolloutMessages() {}

    static void addTo(Upgrade.Builder message, UpgradeView view) {
        UpgradeRow upgrade = view.upgrade();
        message.setRollout(Specs.message(upgrade)).setWaitsFor(upgrade.waitsFor());
        if (upgrade.pauseTime() != null) {
            message.setPauseTime(Times.of(upgrade.pauseTime()));
        }
        if (upgrade.stop() != null) {
            message.setStopReason(upgrade.stop().reason())
                    .setBack(upgrade.stop().back());
        }
        Map<Integer, List<UpgradeHostRow>> hosts =
                view.hosts().stream().collect(Collectors.groupingBy(UpgradeHostRow::wave));
        view.waves()
                .forEach(wave -> message.addWaves(
                        wave(wave, hosts.getOrDefault(wave.number(), List.of()), upgrade.endTime() != null)));
    }

    private static Wave wave(WaveRow wave, List<UpgradeHostRow> hosts, boolean isOver) {
        Wave.Builder message = Wave.newBuilder()
                .setNumber(wave.number())
                .setWantsApproval(wave.askTime() != null && wave.approveTime() == null && !isOver);
        if (wave.beginTime() != null) {
            message.setStartTime(Times.of(wave.beginTime()));
        }
        if (wave.endTime() != null) {
            message.setEndTime(Times.of(wave.endTime()));
        }
        hosts.forEach(host -> message.addHosts(host(host)));
        return message.build();
    }

    private static HostProgress host(UpgradeHostRow host) {
        return HostProgress.newBuilder()
                .setHost(host.host())
                .setState(HostProgress.State.valueOf("STATE_" + host.state().toUpperCase(Locale.ROOT)))
                .setReason(host.reason())
                .build();
    }
}
