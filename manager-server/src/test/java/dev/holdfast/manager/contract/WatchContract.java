package dev.holdfast.manager.contract;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.common.collect.ImmutableList;
import dev.holdfast.proto.admin.v1.Upgrade;
import dev.holdfast.proto.admin.v1.UpgradeEvent;
import dev.holdfast.proto.admin.v1.WatchUpgradeRequest;
import dev.holdfast.proto.agent.v1.ConnectResponse.MessageCase;
import dev.holdfast.proto.agent.v1.CycleState;
import io.grpc.Context;
import io.grpc.Context.CancellableContext;
import io.grpc.Status.Code;
import java.sql.Connection;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;

/** Watching upgrades. */
interface WatchContract extends Fixture {
    @Test
    default void everyEventIsSeenAndAWatchCanBeResumed() throws Exception {
        Bench bench = Bench.withShop(manager());
        try (StreamAgent agent = bench.agent("a")) {
            bench.running(agent);
            String id = bench.startUpgrade();
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
        String id = bench.startUpgrade();
        List<UpgradeEvent> events = ImmutableList.copyOf(watch(id, 0));
        assertThat(events).hasSize(1);
        assertThat(events.getFirst().getState()).isEqualTo("done");
        assertThat(events.getFirst().getDetail()).contains("nothing to upgrade");
        assertThat(events.getFirst().hasUpgrade()).isTrue();
    }

    /** The upgrade ends between the watch's two reads: its row is seen running, its last event is seen. */
    @Test
    default void theLastEventHasTheUpgradeHoweverItIsRead() throws Exception {
        Bench bench = Bench.withShop(manager());
        try (StreamAgent agent = bench.agent("a");
                Connection other = connect();
                Statement statement = other.createStatement()) {
            bench.running(agent);
            String id = bench.startUpgrade();
            Bench.startCycle(agent);
            other.setAutoCommit(false);
            statement.execute("LOCK TABLE event IN ACCESS EXCLUSIVE MODE");
            Iterator<UpgradeEvent> events = watch(id, 0);
            Awaitility.await()
                    .until(
                            () -> query("SELECT pid FROM pg_locks WHERE relation = 'event'::regclass AND NOT granted"),
                            pids -> !pids.isEmpty());
            statement.execute(
                    "UPDATE cycle SET state = 'aborted', reason = 'x', end_time = now() WHERE upgrade_id = '%s'"
                            .formatted(id));
            statement.execute("UPDATE upgrade SET state = 'aborted', end_time = now() WHERE id = '%s'".formatted(id));
            statement.execute("INSERT INTO event (upgrade_id, state) VALUES ('%s', 'aborted')".formatted(id));
            other.commit();
            List<UpgradeEvent> all = ImmutableList.copyOf(events);
            assertThat(all.getLast().getState()).isEqualTo("aborted");
            assertThat(all.getLast().getUpgrade()).isEqualTo(bench.upgrade(id));
        }
    }

    @Test
    default void manyWatchAndSomeLeave() throws Exception {
        Bench bench = Bench.withShop(manager());
        try (StreamAgent agent = bench.agent("a");
                ExecutorService watchers = Executors.newVirtualThreadPerTaskExecutor()) {
            bench.running(agent);
            String id = bench.startUpgrade();
            String cycle = Bench.startCycle(agent).getCycleId();
            List<CancellableContext> leaving = new ArrayList<>();
            for (int i = 0; i < 50; i++) {
                CancellableContext context = Context.current().withCancellation();
                leaving.add(context);
                assertThat(context.call(() -> watch(id, 0).next()).getState()).isEqualTo("running");
            }
            List<Future<List<UpgradeEvent>>> staying = new ArrayList<>();
            for (int i = 0; i < 50; i++) {
                staying.add(watchers.submit(() -> ImmutableList.copyOf(watch(id, 0))));
            }
            agent.progress(cycle, CycleState.CYCLE_STATE_HOLDING);
            leaving.forEach(context -> context.cancel(null));
            agent.report(Reports.done(cycle, 1));
            agent.next(MessageCase.CYCLE_REPORT_ACK);
            for (Future<List<UpgradeEvent>> watcher : staying) {
                assertThat(watcher.get())
                        .extracting(UpgradeEvent::getState)
                        .containsExactly("running", "queued", "holding", "done", "done");
            }
        }
    }

    /** More than fits into the connection and the buffers: the rest waits until the watcher reads on. */
    @Test
    default void aSlowWatcherGetsEverything() throws Exception {
        Bench bench = Bench.withShop(manager());
        try (StreamAgent agent = bench.agent("a");
                Connection other = connect();
                Statement statement = other.createStatement()) {
            bench.running(agent);
            String id = bench.startUpgrade();
            String cycle = Bench.startCycle(agent).getCycleId();
            statement.execute("INSERT INTO event (upgrade_id, state, detail) SELECT '%s', 'running', repeat('x', 4000)"
                            .formatted(id)
                    + " FROM generate_series(1, 2000)");
            Iterator<UpgradeEvent> slow = watch(id, 0);
            assertThat(slow.next().getState()).isEqualTo("running");
            agent.report(Reports.done(cycle, 1));
            agent.next(MessageCase.CYCLE_REPORT_ACK);
            List<UpgradeEvent> rest = ImmutableList.copyOf(slow);
            assertThat(rest).hasSize(1 + 2000 + 2);
            assertThat(rest.getLast().hasUpgrade()).isTrue();
        }
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
