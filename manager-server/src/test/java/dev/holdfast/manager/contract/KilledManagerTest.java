package dev.holdfast.manager.contract;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.common.collect.ImmutableList;
import dev.holdfast.proto.admin.v1.Upgrade;
import dev.holdfast.proto.admin.v1.UpgradeEvent;
import dev.holdfast.proto.admin.v1.WatchUpgradeRequest;
import dev.holdfast.proto.agent.v1.ConnectResponse.MessageCase;
import dev.holdfast.proto.agent.v1.CycleState;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.UUID;
import org.awaitility.Awaitility;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A manager that is killed between any two steps of an upgrade goes on with it. */
@Timeout(180)
class KilledManagerTest {
    private static final List<CycleState> STEPS = List.of(
            CycleState.CYCLE_STATE_PREPARING,
            CycleState.CYCLE_STATE_HOLDING,
            CycleState.CYCLE_STATE_PAUSING,
            CycleState.CYCLE_STATE_QUIESCING,
            CycleState.CYCLE_STATE_STOPPING,
            CycleState.CYCLE_STATE_STARTING,
            CycleState.CYCLE_STATE_DELIVERING,
            CycleState.CYCLE_STATE_RESUMING);

    @TempDir
    @SuppressWarnings("NullAway.Init")
    Path directory;

    private @Nullable ManagerProgram manager;

    @AfterEach
    void stop() throws Exception {
        if (manager != null) {
            manager.close();
        }
    }

    @Test
    void goesOnAfterEveryStep() throws Exception {
        Bench bench = Bench.withShop(start());
        StreamAgent agent = bench.agent("a");
        String process = bench.running(agent);
        agent.close();
        var request = bench.upgradeRequest().setRequestId(UUID.randomUUID().toString());
        String id = bench.manager.upgrades().startUpgrade(request.build()).getId();

        bench = afterAKill(bench);
        assertThat(bench.manager.upgrades().startUpgrade(request.build()).getId())
                .isEqualTo(id);
        agent = bench.reconnect(agent);
        String cycle = Bench.startCycle(agent).getCycleId();
        for (CycleState step : STEPS) {
            agent.close();
            bench = afterAKill(bench);
            agent = bench.reconnect(agent);
            assertThat(Bench.startCycle(agent).getCycleId()).isEqualTo(cycle);
            agent.progress(cycle, step);
            await(bench, id, name(step));
        }
        agent.report(Reports.done(cycle, 3));
        bench.awaitUpgrade(id, Upgrade.State.STATE_DONE);

        agent.close();
        bench = afterAKill(bench);
        try (StreamAgent again = bench.reconnect(agent)) {
            again.report(Reports.done(cycle, 3));
            again.next(MessageCase.CYCLE_REPORT_ACK);
            assertThat(again.unread()).isEmpty();
        }
        assertThat(bench.ended(id).getTotals().getKept()).isEqualTo(3);
        assertThat(bench.process(process).getImageVersion()).isEqualTo("2");
        List<String> expected = new ArrayList<>(List.of("running", "queued"));
        STEPS.forEach(step -> expected.add(name(step)));
        expected.addAll(List.of("done", "done"));
        assertThat(ImmutableList.copyOf(bench.manager
                        .upgrades()
                        .watchUpgrade(WatchUpgradeRequest.newBuilder().setId(id).build())))
                .extracting(UpgradeEvent::getState)
                .isEqualTo(expected);
    }

    private ManagerProgram start() throws Exception {
        ManagerProgram started = ManagerProgram.start(directory.resolve("data"));
        manager = started;
        return started;
    }

    private Bench afterAKill(Bench bench) throws Exception {
        if (manager != null) {
            manager.kill();
        }
        return bench.at(start());
    }

    private static void await(Bench bench, String upgrade, String state) {
        Awaitility.await()
                .until(
                        () -> bench.upgrade(upgrade).getCycles(0).getState().name(),
                        name -> name.equals("STATE_" + state.toUpperCase(Locale.ROOT)));
    }

    private static String name(CycleState step) {
        return step.name().substring("CYCLE_STATE_".length()).toLowerCase(Locale.ROOT);
    }
}
