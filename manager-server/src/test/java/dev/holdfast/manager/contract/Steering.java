package dev.holdfast.manager.contract;

import dev.holdfast.proto.admin.v1.ApproveUpgradeRequest;
import dev.holdfast.proto.admin.v1.PauseUpgradeRequest;
import dev.holdfast.proto.admin.v1.ResumeUpgradeRequest;
import dev.holdfast.proto.admin.v1.RollbackUpgradeRequest;
import dev.holdfast.proto.admin.v1.Upgrade;

/** What operators ask of upgrades that run. */
final class Steering {
    private Steering() {}

    static Upgrade pause(Calls manager, String id) {
        return manager.upgrades()
                .pauseUpgrade(PauseUpgradeRequest.newBuilder().setId(id).build());
    }

    static Upgrade resume(Calls manager, String id) {
        return manager.upgrades()
                .resumeUpgrade(ResumeUpgradeRequest.newBuilder().setId(id).build());
    }

    /** @param wave 0 for whichever waits */
    static Upgrade approve(Calls manager, String id, int wave) {
        return manager.upgrades()
                .approveUpgrade(ApproveUpgradeRequest.newBuilder()
                        .setId(id)
                        .setWave(wave)
                        .build());
    }

    static Upgrade rollBack(Calls manager, String id, String requestId) {
        return manager.upgrades()
                .rollbackUpgrade(RollbackUpgradeRequest.newBuilder()
                        .setId(id)
                        .setRequestId(requestId)
                        .build());
    }
}
