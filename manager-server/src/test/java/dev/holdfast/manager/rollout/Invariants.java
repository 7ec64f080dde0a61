package dev.holdfast.manager.rollout;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.manager.rollout.Observed.Stop;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** What must be so whenever an action is taken, said anew and not in the planner's words. */
final class Invariants {
    private static final Map<HostState, Set<HostState>> ENDS = Map.of(
            HostState.WAITING, Set.of(HostState.SKIPPED, HostState.FAILED),
            HostState.UPGRADING, Set.of(HostState.FAILED),
            HostState.CHECKING, Set.of(HostState.UPGRADED, HostState.FAILED),
            HostState.UPGRADED, Set.of(HostState.FAILED),
            HostState.RETURNING, Set.of(HostState.RETURNED, HostState.FAILED));

    private final ModelFleet fleet;

    Invariants(ModelFleet fleet) {
        this.fleet = fleet;
    }

    void check(Action action) {
        switch (action) {
            case Action.BeginWave begin -> beginWave(begin.number());
            case Action.AskApproval ask ->
                assertThat(fleet.wave(ask.number()).asked).isFalse();
            case Action.EndWave end -> endWave(fleet.wave(end.number()));
            case Action.BeginHost begin -> beginHost(fleet.host(begin.host()));
            case Action.CheckHost check -> {
                assertThat(fleet.host(check.host()).state).isEqualTo(HostState.UPGRADING);
                assertThat(fleet.host(check.host()).cycles).allMatch(cycle -> cycle.end.equals(Optional.of(End.DONE)));
            }
            case Action.UndoHost undo -> {
                assertThat(fleet.host(undo.host()).state).isEqualTo(HostState.UPGRADING);
                assertThat(fleet.host(undo.host()).isUndone).isFalse();
            }
            case Action.GiveUpHost given -> giveUp(fleet.host(given.host()));
            case Action.EndHost end -> endHost(fleet.host(end.host()), end);
            case Action.ReturnHost back -> {
                assertThat(fleet.host(back.host()).isConnected).isTrue();
                assertThat(fleet.isPaused).isFalse();
                returnHost(fleet.host(back.host()));
                assertThat(fleet.in(HostState.RETURNING)).hasSizeLessThan(parallel((int) fleet.hosts.stream()
                        .filter(host -> mayReturn(host) || host.returnBegin.isPresent())
                        .count()));
            }
            case Action.LeaveHost left -> {
                assertThat(fleet.host(left.host()).isConnected).isFalse();
                returnHost(fleet.host(left.host()));
            }
            case Action.StopUpgrade _ -> assertThat(fleet.stop).isEmpty();
            case Action.EndUpgrade end -> endUpgrade(end);
        }
    }

    private void beginWave(int number) {
        assertThat(fleet.isPaused).isFalse();
        assertThat(fleet.stop).isEmpty();
        assertThat(fleet.wave(number).begin).isEmpty();
        assertThat(fleet.waves.subList(0, number - 1)).allMatch(wave -> wave.end.isPresent());
        boolean wantsApproval = switch (fleet.spec.waves().approval()) {
            case NONE -> false;
            case CANARY -> number == 2;
            case EVERY -> number > 1;
        };
        assertThat(fleet.wave(number).approved || !wantsApproval).isTrue();
    }

    private void endWave(ModelFleet.ModelWave wave) {
        assertThat(wave.end).isEmpty();
        Duration soak = fleet.spec.waves().soak();
        assertThat(fleet.hosts.stream().filter(host -> host.wave == wave.number))
                .allMatch(host -> host.state.isAtRest() && !fleet.now.isBefore(host.since.plus(soak)));
        assertThat(wave.holdsSince.isPresent() || !fleet.spec.health().asksWaves())
                .isTrue();
    }

    private void beginHost(ModelHost host) {
        assertThat(host.state).isEqualTo(HostState.WAITING);
        assertThat(host.isConnected).isTrue();
        assertThat(fleet.isPaused).isFalse();
        assertThat(fleet.stop).isEmpty();
        assertThat(fleet.wave(host.wave).begin).isPresent();
        assertThat(fleet.wave(host.wave).end).isEmpty();
        assertThat(fleet.spec.windows().isEmpty()
                        || fleet.spec.windows().stream().anyMatch(window -> window.isOpen(fleet.now)))
                .isTrue();
        assertThat(fleet.in(HostState.FAILED).size())
                .isLessThanOrEqualTo(fleet.spec.failures().budget().of(fleet.hosts.size()));
        long inWave =
                fleet.hosts.stream().filter(each -> each.wave == host.wave).count();
        assertThat(fleet.hosts.stream().filter(each -> each.wave == host.wave && each.state.isUnderway()))
                .hasSizeLessThan(parallel((int) inWave));
    }

    private int parallel(int hosts) {
        return Math.max(1, fleet.spec.waves().maxParallel().of(hosts));
    }

    private void giveUp(ModelHost host) {
        assertThat(host.isConnected).isFalse();
        boolean isBack = host.state == HostState.RETURNING;
        assertThat(isBack || (host.state == HostState.UPGRADING && host.isUndone))
                .isTrue();
        assertThat(fleet.now)
                .isAfterOrEqualTo((isBack ? host.returnBegin : host.begin)
                        .orElseThrow()
                        .plus(fleet.spec.deadlines().host()));
    }

    private void endHost(ModelHost host, Action.EndHost end) {
        assertThat(ENDS.get(host.state)).contains(end.state());
        assertThat(host.open().isEmpty() || host.state == HostState.WAITING).isTrue();
        boolean isJudgedEarly =
                fleet.stop.filter(stop -> stop.undoesUnderway() || stop.back()).isPresent();
        if (end.state() == HostState.UPGRADED) {
            assertThat(host.isRunning).isTrue();
            assertThat(host.resets)
                    .isLessThanOrEqualTo(fleet.spec.health().maxReset().orElse(Integer.MAX_VALUE));
            assertThat(isJudgedEarly || isHealthy(host)).isTrue();
        }
        if (end.state() == HostState.SKIPPED && end.end() == End.ABORTED) {
            assertThat(fleet.stop.isPresent() || host.open().isEmpty()).isTrue();
        }
    }

    private boolean isHealthy(ModelHost host) {
        Duration time = fleet.spec.health().minHealthy();
        boolean queries = !fleet.spec.health().asksHosts()
                || host.holdsSince
                        .filter(since -> !fleet.now.isBefore(since.plus(time)))
                        .isPresent();
        return (host.isConnected || fleet.spec.health().isPlain())
                && queries
                && !fleet.now.isBefore(host.since.plus(time));
    }

    private void returnHost(ModelHost host) {
        assertThat(mayReturn(host)).isTrue();
        assertThat(fleet.in(HostState.UPGRADING)).isEmpty();
    }

    private boolean mayReturn(ModelHost host) {
        return fleet.stop.filter(Stop::back).isPresent()
                && host.returnBegin.isEmpty()
                && host.done() > 0
                && host.state != HostState.WAITING
                && host.state != HostState.SKIPPED;
    }

    private void endUpgrade(Action.EndUpgrade end) {
        assertThat(fleet.hosts).allMatch(host -> host.state.isAtRest());
        assertThat(fleet.hosts).noneMatch(this::mayReturn);
        assertThat(fleet.stop.isPresent() || fleet.waves.stream().allMatch(wave -> wave.end.isPresent()))
                .isTrue();
        if (end.end() == End.DONE) {
            assertThat(fleet.in(HostState.FAILED)).isEmpty();
        } else if (end.end() == End.REVERTED && fleet.stop.filter(Stop::back).isPresent()) {
            assertThat(fleet.hosts).noneMatch(host -> host.state == HostState.FAILED && host.done() > 0);
        }
    }
}
