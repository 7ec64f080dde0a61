package dev.holdfast.acceptance.fleet;

import dev.holdfast.acceptance.demo.Progress;
import dev.holdfast.acceptance.process.Managers;
import dev.holdfast.proto.admin.v1.Process;
import dev.holdfast.proto.admin.v1.Upgrade;
import io.grpc.StatusException;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Takes a fleet through everything that is measured, one after the other. */
final class Trip implements AutoCloseable {
    private static final Duration PATIENCE = Duration.ofMinutes(15);
    /** What follows a phase by itself, as tables that are written, is no part of the next. */
    private static final Duration SETTLE = Duration.ofSeconds(2);

    private static final Duration LOOK = Duration.ofMillis(500);
    private static final int VICTIM = 0;

    private final Plan plan;
    private final Managers managers;
    private final Progress progress;
    private final Fleet fleet;
    private final FleetAdmin first;
    /** One that is not killed, or is started again. */
    private final FleetAdmin last;

    private final Map<String, Phase> phases = new LinkedHashMap<>();
    private final List<String> upgrades = new ArrayList<>();
    private int events;

    /**
     * What is asked for.
     *
     * @param idle how long nothing happens
     * @param killInUpgrade whether the manager dies during a second upgrade, and not while nothing happens
     */
    record Plan(int hosts, int managers, Duration idle, boolean killInUpgrade) {}

    private interface Part {
        void run() throws IOException, InterruptedException, StatusException;
    }

    Trip(Plan plan, Managers managers, Progress progress) {
        this.plan = plan;
        this.managers = managers;
        this.progress = progress;
        fleet = new Fleet(plan.hosts(), managers.agents());
        first = new FleetAdmin(managers.admin(VICTIM));
        last = new FleetAdmin(managers.admin(plan.managers() - 1));
    }

    /** Adds to the complaints what is wrong in the end. */
    FleetResult run(List<String> complaints) throws IOException, InterruptedException, StatusException {
        measure("registration", this::register);
        measure("start", this::startProcesses);
        Thread.sleep(SETTLE);
        measure("idle", () -> Thread.sleep(plan.idle()));
        measure("upgrade", () -> events = upgrade("v2"));
        Thread.sleep(SETTLE);
        int atOnce = fleet.tally().mostUnderway();
        Map<String, Integer> losses = fleet.tally().losses();
        losses.forEach((why, count) -> progress.say("%,d streams ended: %s".formatted(count, why)));
        int lost = losses.values().stream().mapToInt(Integer::intValue).sum();
        long memory = Usage.peakMemory(managers);
        if (plan.killInUpgrade()) {
            upgradeWithADeath();
        } else {
            measure("reconnect", this::killAndReconnect);
        }
        settled();
        memory = Math.max(memory, Usage.peakMemory(managers));
        progress.say("comparing with what the agents did");
        complaints.addAll(audit());
        return result(memory, atOnce, lost, complaints.size());
    }

    private void measure(String name, Part part) throws IOException, InterruptedException, StatusException {
        progress.say(name);
        Usage before = Usage.now(managers);
        part.run();
        phases.put(name, Usage.now(managers).since(before, plan.hosts()));
    }

    private void register() throws IOException, InterruptedException {
        fleet.dial();
        awaitAll();
    }

    private void awaitAll() throws IOException, InterruptedException {
        if (!fleet.tally().awaitConnected(plan.hosts(), PATIENCE)) {
            throw new IOException("only %d of %d agents are registered after %d minutes"
                    .formatted(fleet.tally().connected(), plan.hosts(), PATIENCE.toMinutes()));
        }
    }

    private void startProcesses() throws IOException, InterruptedException, StatusException {
        first.createTenant();
        for (String version : List.of("v1", "v2", "v3")) {
            first.publish(version);
        }
        first.assign(fleet.names());
        first.startProcesses(fleet.names(), "v1");
        settled();
    }

    /** Every server process runs, and what it runs has been told. */
    private void settled() throws IOException, InterruptedException {
        long end = System.nanoTime() + PATIENCE.toNanos();
        while (running() < plan.hosts()) {
            if (System.nanoTime() > end) {
                throw new IOException("only " + running() + " server processes run");
            }
            Thread.sleep(LOOK);
        }
        Thread.sleep(SETTLE);
    }

    private long running() {
        return last.processes().stream()
                .filter(process -> process.getState() == Process.State.STATE_RUNNING)
                .count();
    }

    private int upgrade(String version) {
        Upgrade upgrade = first.startUpgrade(version);
        upgrades.add(upgrade.getId());
        return last.watch(upgrade.getId());
    }

    private void killAndReconnect() throws IOException, InterruptedException {
        managers.kill(VICTIM);
        // What was connected there has to be seen to be gone first.
        long end = System.nanoTime() + PATIENCE.toNanos();
        while (fleet.tally().connected() == plan.hosts() && System.nanoTime() < end) {
            Thread.sleep(1);
        }
        if (plan.managers() == 1) {
            managers.startAgain(VICTIM);
        }
        awaitAll();
    }

    /** In the middle of the upgrade, by the cycles that have ended. */
    private void upgradeWithADeath() throws IOException, InterruptedException, StatusException {
        int half = fleet.tally().cycles() + plan.hosts() / 2;
        Usage before = Usage.now(managers);
        Upgrade upgrade = first.startUpgrade("v3");
        upgrades.add(upgrade.getId());
        if (!fleet.tally().awaitCycles(half, PATIENCE)) {
            throw new IOException("the second upgrade did not come to its middle");
        }
        measure("reconnect", this::killAndReconnect);
        var _ = last.watch(upgrade.getId());
        phases.put("upgrade_with_a_death", Usage.now(managers).since(before, plan.hosts()));
    }

    private List<String> audit() {
        Audit audit = new Audit(fleet.tally().deeds());
        upgrades.forEach(id -> audit.cycles(last.upgrade(id), last.outcomes(id), fleet.names()));
        audit.nothingElse();
        audit.hosts(fleet.agents(), last.hosts(), last.processes());
        return audit.wrong();
    }

    private FleetResult result(long memory, int atOnce, int lost, int wrong) {
        Phase idle = phase("idle");
        Phase upgrade = phase("upgrade");
        return new FleetResult(
                plan.hosts(),
                plan.managers(),
                phase("registration").seconds(),
                idle.managerCores(),
                idle.postgresCores(),
                upgrade.seconds(),
                upgrade.managerCores(),
                upgrade.postgresCores(),
                memory,
                phase("reconnect").seconds(),
                wrong,
                lost,
                atOnce,
                events,
                phases);
    }

    private Phase phase(String name) {
        Phase phase = phases.get(name);
        if (phase == null) {
            throw new IllegalStateException("was not measured: " + name);
        }
        return phase;
    }

    @Override
    public void close() {
        fleet.close();
        first.close();
        last.close();
    }
}
