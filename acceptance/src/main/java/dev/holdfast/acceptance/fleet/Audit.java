package dev.holdfast.acceptance.fleet;

import static java.util.stream.Collectors.counting;
import static java.util.stream.Collectors.groupingBy;
import static java.util.stream.Collectors.toMap;

import dev.holdfast.proto.admin.v1.ConnectionOutcome;
import dev.holdfast.proto.admin.v1.Cycle;
import dev.holdfast.proto.admin.v1.Host;
import dev.holdfast.proto.admin.v1.Process;
import dev.holdfast.proto.admin.v1.Upgrade;
import dev.holdfast.proto.agent.v1.Image;
import dev.holdfast.proto.agent.v1.Outcome;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Compares what the manager says in the end with what the simulated agents did. One line for each host or cycle that is wrong. */
final class Audit {
    private final List<String> wrong = new ArrayList<>();
    private final Map<String, Deed> deeds;

    Audit(List<Deed> deeds) {
        this.deeds = deeds.stream().collect(toMap(Deed::cycleId, Function.identity()));
    }

    List<String> wrong() {
        return wrong;
    }

    /** Every cycle was done, once, and ended as it is told to have; every host had one. */
    void cycles(Upgrade upgrade, List<ConnectionOutcome> outcomes, List<String> hosts) {
        Map<String, Long> connections = outcomes.stream()
                .collect(groupingBy(outcome -> outcome.getCycleId() + outcome.getOutcome(), counting()));
        Map<String, Integer> cyclesOf = new HashMap<>();
        for (Cycle cycle : upgrade.getCyclesList()) {
            cyclesOf.merge(cycle.getHost(), 1, Integer::sum);
            Deed deed = deeds.remove(cycle.getId());
            if (deed == null) {
                wrong.add("%s: cycle %s is %s, and no agent did it"
                        .formatted(cycle.getHost(), cycle.getId(), cycle.getState()));
            } else {
                compare(cycle.getHost() + ": cycle " + cycle.getId(), told(cycle, connections), done(deed));
            }
        }
        hosts.forEach(host -> compare(host + ": cycles", cyclesOf.getOrDefault(host, 0), 1));
        Upgrade.State worst = upgrade.getCyclesList().stream()
                .map(cycle -> Upgrade.State.valueOf(cycle.getState().name()))
                .max(Comparator.naturalOrder())
                .orElse(Upgrade.State.STATE_DONE);
        compare("upgrade " + upgrade.getId(), upgrade.getState(), worst);
    }

    /** After all upgrades: what an agent did beyond them. */
    void nothingElse() {
        deeds.values()
                .forEach(deed -> wrong.add(deed.host() + ": did cycle " + deed.cycleId() + ", which is in no upgrade"));
    }

    /** Every host is connected, its server process is what its agent has, and every report has arrived. */
    void hosts(List<SimulatedAgent> agents, List<Host> hosts, List<Process> processes) {
        Map<String, Host> byName = hosts.stream().collect(toMap(Host::getName, Function.identity()));
        Map<String, Process> told = processes.stream().collect(toMap(Process::getId, Function.identity()));
        for (SimulatedAgent agent : agents) {
            @Nullable Host host = byName.get(agent.name());
            compare(agent.name() + ": connected", host != null && host.getConnected(), true);
            compare(agent.name() + ": reports without acknowledgement", agent.unacknowledged(), List.of());
            Map<String, Integer> pids = agent.pids();
            Map<String, Image> images = agent.images();
            compare(agent.name() + ": server processes", images.size(), 1);
            images.forEach((id, image) -> {
                Process process = told.getOrDefault(id, Process.getDefaultInstance());
                compare(
                        agent.name() + ": server process " + id,
                        List.of(process.getState(), process.getImageVersion(), process.getPid(), process.getHost()),
                        List.of(
                                Process.State.STATE_RUNNING,
                                image.getVersion(),
                                pids.getOrDefault(id, 0),
                                agent.name()));
            });
        }
    }

    private static List<?> told(Cycle cycle, Map<String, Long> connections) {
        return List.of(
                "CYCLE_" + cycle.getState(),
                cycle.getHost(),
                cycle.getProcessId(),
                cycle.getToVersion(),
                cycle.getReason(),
                cycle.getStepsCount(),
                cycle.getTotals().getKept(),
                cycle.getTotals().getClosedByClient(),
                cycle.getTotals().getReset(),
                connections.getOrDefault(cycle.getId() + "kept", 0L),
                connections.getOrDefault(cycle.getId() + "closed by client", 0L),
                connections.getOrDefault(cycle.getId() + "reset", 0L));
    }

    private static List<?> done(Deed deed) {
        int kept = deed.count(Outcome.OUTCOME_KEPT);
        int closed = deed.count(Outcome.OUTCOME_CLOSED_BY_CLIENT);
        int reset = deed.count(Outcome.OUTCOME_RESET);
        return List.of(
                deed.report().getState().name(),
                deed.host(),
                deed.processId(),
                deed.toVersion(),
                deed.report().getReason(),
                deed.report().getStepsCount(),
                kept,
                closed,
                reset,
                (long) kept,
                (long) closed,
                (long) reset);
    }

    private void compare(String what, Object told, Object done) {
        if (!told.equals(done)) {
            wrong.add(what + " is told to be " + told + ", and is " + done);
        }
    }
}
