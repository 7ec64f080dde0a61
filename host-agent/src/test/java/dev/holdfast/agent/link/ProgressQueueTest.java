package dev.holdfast.agent.link;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.holdfast.proto.agent.v1.CycleProgress;
import dev.holdfast.proto.agent.v1.CycleState;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Test;

class ProgressQueueTest {
    private final List<CycleState> told = new CopyOnWriteArrayList<>();
    private final ProgressQueue queue = new ProgressQueue(progress -> told.add(progress.getState()));

    private void add(CycleState state) {
        queue.add(CycleProgress.newBuilder().setState(state).build());
    }

    @Test
    void stepsThatClientsWaitForAreToldOfWhenTheyAreOver() {
        add(CycleState.CYCLE_STATE_PAUSING);
        assertThat(told).as("the manager has a list").containsExactly(CycleState.CYCLE_STATE_PAUSING);
        add(CycleState.CYCLE_STATE_QUIESCING);
        add(CycleState.CYCLE_STATE_STOPPING);
        assertThat(told).containsExactly(CycleState.CYCLE_STATE_PAUSING);

        add(CycleState.CYCLE_STATE_PROVING);

        assertThat(told)
                .containsExactly(
                        CycleState.CYCLE_STATE_PAUSING,
                        CycleState.CYCLE_STATE_QUIESCING,
                        CycleState.CYCLE_STATE_STOPPING,
                        CycleState.CYCLE_STATE_PROVING);
    }

    @Test
    void orWhenTheyHaveTakenLong() {
        add(CycleState.CYCLE_STATE_PAUSING);
        add(CycleState.CYCLE_STATE_QUIESCING);

        await().untilAsserted(() ->
                assertThat(told).containsExactly(CycleState.CYCLE_STATE_PAUSING, CycleState.CYCLE_STATE_QUIESCING));
    }
}
