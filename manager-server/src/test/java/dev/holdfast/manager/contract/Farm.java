package dev.holdfast.manager.contract;

import dev.holdfast.proto.admin.v1.HostProgress;
import dev.holdfast.proto.admin.v1.Rollout;
import dev.holdfast.proto.admin.v1.Upgrade;
import dev.holdfast.proto.agent.v1.ConnectResponse;
import dev.holdfast.proto.agent.v1.CycleReport;
import dev.holdfast.proto.agent.v1.CycleState;
import dev.holdfast.proto.agent.v1.ProcessState;
import dev.holdfast.proto.agent.v1.StartCycle;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.awaitility.Awaitility;

/** Hosts h1, h2 … of one tenant, each with a server process of the shop, whose agents do as they are told. */
final class Farm implements AutoCloseable {
    final Bench bench;
    final List<StreamAgent> agents;
    final Map<String, String> processes = new HashMap<>();

    Farm(Calls manager, int hosts) throws Exception {
        bench = Bench.withShop(manager);
        agents = new ArrayList<>();
        for (int i = 1; i <= hosts; i++) {
            StreamAgent agent = bench.agent("h" + i);
            agents.add(agent);
            processes.put(agent.name(), bench.running(agent));
        }
    }

    /** Of the host with this number, from 1 on. */
    StreamAgent agent(int number) {
        return agents.get(number - 1);
    }

    String start(Rollout.Builder rollout) {
        return bench.manager
                .upgrades()
                .startUpgrade(bench.upgradeRequest().setRollout(rollout).build())
                .getId();
    }

    /** Waits for the host's cycle and ends it well. */
    void upgrade(int number) throws InterruptedException {
        report(number, Reports.done(cycle(number), 2));
    }

    void fail(int number) throws InterruptedException {
        report(number, Reports.ended(cycle(number), CycleState.CYCLE_STATE_REVERTED, "v2 is broken"));
    }

    String cycle(int number) throws InterruptedException {
        return start(number).getCycleId();
    }

    StartCycle start(int number) throws InterruptedException {
        return agent(number).next(ConnectResponse.MessageCase.START_CYCLE).getStartCycle();
    }

    void report(int number, CycleReport report) throws InterruptedException {
        agent(number).report(report);
        agent(number).next(ConnectResponse.MessageCase.CYCLE_REPORT_ACK);
    }

    /** Its server process has ended by itself. */
    void die(int number) {
        String process = processes.getOrDefault(agent(number).name(), "");
        agent(number)
                .table(Bench.seen(process, ProcessState.PROCESS_STATE_EXITED).build());
    }

    /** As if its agent had left a while ago, and were not only changing managers. */
    void longAway(Fixture fixture, int number) throws SQLException {
        try (var connection = fixture.connect();
                var update = connection.prepareStatement(
                        "UPDATE host SET last_seen_time = now() - interval '1 h' WHERE name = ?")) {
            update.setString(1, agent(number).name());
            update.executeUpdate();
        }
    }

    /** The states of the hosts in their order, without the prefix. */
    List<String> states(String upgrade) {
        Map<String, HostProgress.State> states = new HashMap<>();
        bench.upgrade(upgrade).getWavesList().stream()
                .flatMap(wave -> wave.getHostsList().stream())
                .forEach(host -> states.put(host.getHost(), host.getState()));
        return IntStream.rangeClosed(1, agents.size())
                .mapToObj(number -> states.getOrDefault(agent(number).name(), HostProgress.State.STATE_UNSPECIFIED)
                        .name()
                        .substring("STATE_".length())
                        .toLowerCase(java.util.Locale.ROOT))
                .toList();
    }

    void awaitStates(String upgrade, String... states) {
        Awaitility.await().atMost(Bench.LONG).until(() -> states(upgrade), List.of(states)::equals);
    }

    Upgrade awaitWaiting(String upgrade, String what) {
        return Awaitility.await()
                .atMost(Bench.LONG)
                .until(
                        () -> bench.upgrade(upgrade),
                        found -> found.getWaitsFor().contains(what));
    }

    /** The version that the host's server process runs. */
    String version(int number) {
        return bench.process(processes.getOrDefault(agent(number).name(), "")).getImageVersion();
    }

    @Override
    public void close() {
        agents.forEach(StreamAgent::close);
    }
}
