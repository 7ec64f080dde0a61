package dev.holdfast.acceptance.torture;

import java.util.Locale;

/** When somebody is killed. */
enum At {
    /** At some time of about every second upgrade. */
    RANDOM,
    /** At the beginning of one step after the other, one in each upgrade. */
    BOUNDARIES,
    /** Before and after each kernel call of the cycle, once for each place in the agent's code. */
    CALLS;

    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT);
    }
}
