package dev.holdfast.acceptance.torture;

import java.time.Duration;
import java.util.List;
import java.util.random.RandomGenerator;

/**
 * One kill.
 *
 * @param step of the cycle, an end of it, or "kept"
 * @param after how long after the beginning of that
 */
record Blow(Victim victim, String step, Duration after) {
    private static final int LONGEST_MILLIS_AFTER = 40;

    /** What is done to one upgrade, in order; the number of the first upgrade is 1. */
    static List<Blow> of(Victim victim, At at, int upgrade, RandomGenerator random) {
        List<String> steps = victim.steps();
        if (steps.isEmpty()) {
            return List.of();
        }
        return switch (at) {
            case CALLS -> victim == Victim.AGENT ? byWay(upgrade) : List.of();
            case BOUNDARIES -> of(victim, steps.get((upgrade - 1) % steps.size()), Duration.ZERO);
            case RANDOM -> {
                String step = steps.get(random.nextInt(steps.size()));
                Duration after = late(victim, step, random);
                yield random.nextBoolean() ? of(victim, step, after) : List.of();
            }
        };
    }

    /** Of three upgrades one goes forward, one goes back, and one is called off. */
    private static List<Blow> byWay(int upgrade) {
        return switch (upgrade % 3) {
            case 1 -> List.of();
            case 2 -> List.of(new Blow(Victim.SERVER, "delivering", Duration.ZERO));
            default -> List.of(new Blow(Victim.UPGRADE, "quiescing", Duration.ZERO));
        };
    }

    /** The new server has its clients from the moment it resumes. */
    private static Duration late(Victim victim, String step, RandomGenerator random) {
        Duration after = Duration.ofMillis(random.nextInt(LONGEST_MILLIS_AFTER));
        return victim == Victim.SERVER && step.equals("resuming") ? Duration.ZERO : after;
    }

    /** A cycle goes back only when something is wrong with the new server. */
    private static List<Blow> of(Victim victim, String step, Duration after) {
        Blow blow = new Blow(victim, step, after);
        return step.startsWith("revert")
                ? List.of(new Blow(Victim.SERVER, "delivering", Duration.ZERO), blow)
                : List.of(blow);
    }

    /** Whether the cycle must go on from the step before it can fall. */
    boolean isWithin() {
        return !after.isZero() || (victim == Victim.SERVER && step.equals("starting"));
    }

    /**
     * What must not begin before it has fallen. A server that has the agent no longer by its side when it dies, or not
     * yet, takes its connections along.
     */
    List<String> bounds() {
        return victim != Victim.SERVER || !isWithin()
                ? List.of()
                : switch (step) {
                    case "pausing" -> List.of("quiescing", "aborted");
                    case "quiescing" -> List.of("stopping", "aborted");
                    // Where the new server waits, it is not started now.
                    case "stopping" -> List.of("starting", "resuming", "reverting");
                    case "starting" -> List.of("delivering", "reverting");
                    case "delivering" -> List.of("resuming", "reverting");
                    default -> List.of();
                };
    }

    @Override
    public String toString() {
        String done = victim == Victim.UPGRADE ? "aborted" : "killed";
        return after.isZero()
                ? "the %s was %s at %s".formatted(victim, done, step)
                : "the %s was %s %d ms after %s".formatted(victim, done, after.toMillis(), step);
    }
}
