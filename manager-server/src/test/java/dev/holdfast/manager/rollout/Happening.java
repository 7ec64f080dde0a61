package dev.holdfast.manager.rollout;

import java.time.Duration;
import java.util.List;

/**
 * Something that happens to a fleet, whatever the planner thinks of it.
 *
 * @param host to which it happens, counted round
 * @param choice among several ways
 */
record Happening(Kind kind, int host, int choice) {
    private static final List<Duration> TIMES = List.of(
            Duration.ofSeconds(1),
            Duration.ofSeconds(2),
            Duration.ofSeconds(10),
            Duration.ofSeconds(30),
            Duration.ofMinutes(1),
            Duration.ofMinutes(6),
            Duration.ofMinutes(31),
            Duration.ofHours(7),
            Duration.ofSeconds(-5));

    private static final List<End> ENDS = List.of(End.DONE, End.ABORTED, End.REVERTED, End.FAILED);

    enum Kind {
        PROGRESS,
        PROGRESS_WELL,
        RESET,
        AGENT,
        FORGET,
        PROCESS,
        HOST_QUERY,
        WAVE_QUERY,
        PAUSE,
        RESUME,
        APPROVE,
        ABORT,
        ROLLBACK,
        TIME,
        WAKE
    }

    void happen(ModelFleet fleet) {
        ModelHost one = fleet.hosts.get(host % fleet.hosts.size());
        ModelFleet.ModelWave wave = fleet.wave(one.wave);
        switch (kind) {
            case PROGRESS -> one.progress(ENDS.get(choice % ENDS.size()));
            case PROGRESS_WELL -> fleet.hosts.forEach(each -> each.progress(End.DONE));
            case RESET -> one.resets += one.state == HostState.UPGRADING ? choice % 3 : 0;
            case AGENT -> one.isConnected = !one.isConnected;
            case FORGET -> {
                one.giveUp();
                one.isConnected = false;
                one.isRunning = false;
            }
            case PROCESS -> one.isRunning = !one.isRunning;
            case HOST_QUERY -> one.queriesHold = !one.queriesHold;
            case WAVE_QUERY -> wave.queriesHold = !wave.queriesHold;
            case PAUSE -> fleet.isPaused = true;
            case RESUME -> fleet.isPaused = false;
            case APPROVE -> fleet.waves.stream().filter(asked -> asked.asked).forEach(asked -> asked.approved = true);
            case ABORT -> fleet.stop("aborted", false);
            case ROLLBACK -> fleet.stop("rolled back", true);
            case TIME -> fleet.pass(TIMES.get(choice % TIMES.size()));
            case WAKE -> fleet.plan().wake().ifPresent(wake -> fleet.now = wake);
        }
    }
}
