package dev.holdfast.manager.api;

import dev.holdfast.manager.store.UpgradeHostRow;
import dev.holdfast.manager.store.UpgradeRow;
import dev.holdfast.manager.store.WaveRow;
import dev.holdfast.manager.upgrade.Specs;
import dev.holdfast.manager.upgrade.UpgradeView;
import dev.holdfast.proto.admin.v1.HostProgress;
import dev.holdfast.proto.admin.v1.Upgrade;
import dev.holdfast.proto.admin.v1.Wave;
import java.util.Locale;

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
        view.waves().forEach(wave -> message.addWaves(wave(wave, view)));
    }

    private static Wave wave(WaveRow wave, UpgradeView view) {
        Wave.Builder message = Wave.newBuilder()
                .setNumber(wave.number())
                .setWantsApproval(wave.askTime() != null
                        && wave.approveTime() == null
                        && view.upgrade().endTime() == null);
        if (wave.beginTime() != null) {
            message.setStartTime(Times.of(wave.beginTime()));
        }
        if (wave.endTime() != null) {
            message.setEndTime(Times.of(wave.endTime()));
        }
        view.hosts().stream()
                .filter(host -> host.wave() == wave.number())
                .forEach(host -> message.addHosts(host(host)));
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
