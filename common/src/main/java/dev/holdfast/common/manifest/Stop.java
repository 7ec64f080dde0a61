package dev.holdfast.common.manifest;

import java.time.Duration;

/**
 * How the old process ends once nothing depends on it.
 *
 * @param within how long it may take after a signal other than KILL before KILL follows
 */
public record Stop(Signal signal, Duration within) {
    public static final Stop DEFAULT = new Stop(Signal.KILL, Duration.ofSeconds(10));

    /** Signals by name, as in signal(7); numbers are x86-64's. */
    public enum Signal {
        HUP(1),
        INT(2),
        QUIT(3),
        KILL(9),
        USR1(10),
        USR2(12),
        TERM(15);

        private final int number;

        Signal(int number) {
            this.number = number;
        }

        public int number() {
            return number;
        }
    }
}
