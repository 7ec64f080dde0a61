package dev.holdfast.manager.contract;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.common.collect.ImmutableList;
import dev.holdfast.proto.admin.v1.Upgrade;
import dev.holdfast.proto.admin.v1.UpgradeEvent;
import dev.holdfast.proto.admin.v1.WatchUpgradeRequest;
import dev.holdfast.proto.agent.v1.ConnectResponse.MessageCase;
import dev.holdfast.proto.agent.v1.CycleState;
import io.grpc.Status.Code;
import java.util.Iterator;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Test;

/** Watching upgrades. */
interface WatchContract extends Fixture {
    @Test
    default void everyEventIsSeenAndAWatchCanBeResumed() throws Exception {
        Bench bench = Bench.withShop(manager());
        try (StreamAgent agent = bench.agent("a")) {
            bench.running(agent);
            String id = manager()
                    .upgrades()
                    .startUpgrade(bench.upgradeRequest().build())
                    .getId();
            Iterator<UpgradeEvent> live = watch(id, 0);
            assertThat(live.next().getState()).isEqualTo("running");
            assertThat(live.next().getState()).isEqualTo("queued");
            String cycle = Bench.startCycle(agent).getCycleId();
            agent.progress(cycle, CycleState.CYCLE_STATE_PREPARING);
            agent.progress(cycle, CycleState.CYCLE_STATE_PREPARING);
            UpgradeEvent preparing = live.next();
            assertThat(preparing.getState()).isEqualTo("preparing");
            assertThat(preparing.getCycleId()).isEqualTo(cycle);
            assertThat(preparing.getHost()).isEqualTo(agent.name());
            agent.progress(cycle, CycleState.CYCLE_STATE_HOLDING);
            agent.report(Reports.ended(cycle, CycleState.CYCLE_STATE_ABORTED, "not quiet"));
            agent.next(MessageCase.CYCLE_REPORT_ACK);

            List<UpgradeEvent> rest = ImmutableList.copyOf(live);
            assertThat(rest).extracting(UpgradeEvent::getState).containsExactly("holding", "aborted", "aborted");
            assertThat(rest.get(1).getDetail()).isEqualTo("not quiet");
            assertThat(rest.get(1).hasUpgrade()).isFalse();
            assertThat(rest.getLast().getUpgrade()).isEqualTo(bench.upgrade(id));
            assertThat(rest.getLast().getUpgrade().getState()).isEqualTo(Upgrade.State.STATE_ABORTED);

            assertThat(ImmutableList.copyOf(watch(id, preparing.getId()))).isEqualTo(rest);
            assertThat(ImmutableList.copyOf(watch(id, rest.getLast().getId()))).isEmpty();
        }
    }

    @Test
    default void anUpgradeWithNothingToDoSaysSo() throws Exception {
        Bench bench = Bench.withShop(manager());
        String id = manager()
                .upgrades()
                .startUpgrade(bench.upgradeRequest().build())
                .getId();
        List<UpgradeEvent> events = ImmutableList.copyOf(watch(id, 0));
        assertThat(events).hasSize(1);
        assertThat(events.getFirst().getState()).isEqualTo("done");
        assertThat(events.getFirst().getDetail()).contains("nothing to upgrade");
        assertThat(events.getFirst().hasUpgrade()).isTrue();
    }

    @Test
    default void anUnknownUpgradeCannotBeWatched() {
        Refused.by(Code.NOT_FOUND, () -> watch(UUID.randomUUID().toString(), 0).hasNext());
    }

    private Iterator<UpgradeEvent> watch(String id, long after) {
        return manager()
                .upgrades()
                .watchUpgrade(WatchUpgradeRequest.newBuilder()
                        .setId(id)
                        .setAfterEvent(after)
                        .build());
    }
}
