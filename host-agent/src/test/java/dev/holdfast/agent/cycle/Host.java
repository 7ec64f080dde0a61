package dev.holdfast.agent.cycle;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;

/**
 * A model of what a cycle has to do with: two servers, who keeps the sockets, and what the journal says. It goes on step by
 * step, each of which may be the last before something dies; then it is taken up as {@link Resolution} says.
 */
final class Host {
    enum Happening {
        GOES_ON,
        AGENT_DIES,
        OLD_SERVER_DIES,
        STARTED_SERVER_DIES
    }

    private enum Server {
        NONE,
        /** It dies with the agent. */
        TRACED,
        FREE
    }

    private enum Parking {
        NONE,
        /** It ends with the agent. */
        WAITING,
        STAYS
    }

    /** Whether some connections are to stay with the old server. */
    private final boolean some;

    private final Deque<Runnable> plan = new ArrayDeque<>();
    private State state = State.PREPARING;
    private boolean handedOver;
    private boolean oldLives = true;
    private boolean oldWasKilled;
    private boolean oldDied;
    /** The old server has what stays with it and nothing else. */
    private boolean parted;

    private boolean startedDied;
    private Server started = Server.NONE;
    private Parking parking = Parking.NONE;
    private boolean over;

    Host(boolean some) {
        this.some = some;
    }

    void happens(Happening what, int choice) {
        if (over) {
            return;
        }
        switch (what) {
            case GOES_ON -> goOn(choice);
            case AGENT_DIES -> agentDies();
            case OLD_SERVER_DIES -> {
                oldDied |= oldLives;
                oldLives = false;
            }
            case STARTED_SERVER_DIES -> {
                startedDied |= started != Server.NONE;
                started = Server.NONE;
            }
        }
        assertThat(oldLives && !parted && started != Server.NONE)
                .as("both servers live while %s", state)
                .isFalse();
    }

    private void goOn(int choice) {
        if (plan.isEmpty()) {
            decide(choice);
        } else {
            plan.remove().run();
        }
    }

    /** Where to go from a state; one whose new server has died goes back. */
    private void decide(int choice) {
        List<State> next = state.next().stream().filter(this::isOpen).toList();
        State chosen = next.get(choice % next.size());
        boolean needsServer = chosen != State.REVERTING && chosen != State.FAILED && state != State.STOPPING;
        if (state == State.REVERTING) {
            startAgain(chosen);
        } else if (state.oldMayBeGone() && state != State.LINGERING && needsServer && started == Server.NONE) {
            revert();
        } else {
            go(chosen);
        }
    }

    /** One that lingers is waited for before the end. */
    private boolean isOpen(State next) {
        return switch (next) {
            case LINGERING -> parted;
            case DONE -> !parted || state == State.LINGERING;
            case PREPARING,
                    WARMING,
                    HOLDING,
                    PAUSING,
                    QUIESCING,
                    STOPPING,
                    STARTING,
                    DELIVERING,
                    RESUMING,
                    PROVING,
                    REVERTING,
                    ABORTED,
                    REVERTED,
                    FAILED -> true;
        };
    }

    private void go(State next) {
        if (next == State.REVERTING) {
            revert();
            return;
        }
        if (next == State.DONE) {
            plan.add(this::killOld);
        }
        plan.add(() -> {
            handedOver |= next == State.RESUMING;
            enter(next);
        });
        if (next == State.HOLDING) {
            plan.add(() -> parking = Parking.WAITING);
        } else if (next == State.QUIESCING) {
            plan.add(() -> parking = Parking.STAYS);
        } else if (next == State.STOPPING) {
            plan.add(some ? this::part : this::killOld);
        } else if (next == State.STARTING) {
            plan.add(() -> started = Server.TRACED);
        } else if (next == State.RESUMING) {
            plan.add(this::letStartedGo);
        } else if (next.isFinal()) {
            plan.add(this::end);
        }
    }

    private void revert() {
        plan.add(() -> started = Server.NONE);
        plan.add(() -> {
            if (!parted) {
                killOld();
            }
        });
        plan.add(() -> {
            handedOver = false;
            if (state != State.REVERTING) {
                enter(State.REVERTING);
            }
        });
    }

    private void startAgain(State end) {
        plan.add(() -> started = Server.TRACED);
        if (end == State.REVERTED) {
            plan.add(() -> handedOver = true);
            plan.add(this::letStartedGo);
        } else {
            plan.add(() -> started = Server.NONE);
        }
        plan.add(this::killOld);
        plan.add(() -> enter(handedOver ? State.REVERTED : State.FAILED));
        plan.add(this::end);
    }

    private void part() {
        assertThat(state.oldMayBeGone()).as("parted, and to be released").isTrue();
        parted = oldLives;
    }

    private void killOld() {
        oldWasKilled = true;
        oldLives = false;
    }

    private void letStartedGo() {
        started = started == Server.TRACED ? Server.FREE : started;
    }

    private void enter(State next) {
        assertThat(state.next()).as("after %s", state).contains(next);
        state = next;
    }

    private void agentDies() {
        plan.clear();
        started = started == Server.TRACED ? Server.NONE : started;
        parking = parking == Parking.WAITING ? Parking.NONE : parking;
        boolean kept = (oldLives && !parted) || started == Server.FREE || parking == Parking.STAYS;
        assertThat(kept || oldDied || state.isFinal())
                .as("nobody has the sockets while %s", state)
                .isTrue();
        resolve(Resolution.of(state, handedOver, started != Server.NONE, oldLives, parking == Parking.STAYS));
    }

    private void resolve(Resolution resolution) {
        switch (resolution) {
            case REPORT -> {
                assertThat(state.isFinal()).isTrue();
                plan.add(this::end);
            }
            case RELEASE -> {
                assertThat(oldWasKilled || parted)
                        .as("released after it was ended or parted")
                        .isFalse();
                assertThat(!oldLives && parking == Parking.STAYS)
                        .as("what is parked is left")
                        .isFalse();
                go(State.ABORTED);
            }
            case KEEP -> {
                assertThat(handedOver && started == Server.FREE)
                        .as("kept, but has not everything")
                        .isTrue();
                if (state == State.REVERTING) {
                    plan.add(this::killOld);
                    go(State.REVERTED);
                } else {
                    go(parted ? State.LINGERING : State.DONE);
                }
            }
            case LINGER -> assertThat(parted).as("lingers, but was not parted").isTrue();
            case PROVE ->
                assertThat(handedOver && started == Server.FREE)
                        .as("on trial, but has not everything")
                        .isTrue();
            case REVERT -> {
                assertThat(oldLives && !state.oldMayBeGone())
                        .as("ended though it has everything")
                        .isFalse();
                if (!state.oldMayBeGone()) {
                    plan.add(() -> enter(State.STOPPING));
                } else if (some && oldLives && state == State.STOPPING) {
                    plan.add(this::part);
                }
                revert();
            }
        }
    }

    /** All is let go. */
    private void end() {
        over = true;
        parking = Parking.NONE;
        assertThat(state.isFinal()).isTrue();
        boolean served = started == Server.FREE || startedDied;
        if (state == State.ABORTED) {
            assertThat(!oldWasKilled && started == Server.NONE)
                    .as("the old server has everything")
                    .isTrue();
        } else if (state == State.FAILED) {
            assertThat(oldLives || started != Server.NONE).as("nobody is left").isFalse();
        } else {
            assertThat(!oldLives && handedOver && served)
                    .as("the started server has everything")
                    .isTrue();
        }
    }

    boolean isOver() {
        return over;
    }
}
