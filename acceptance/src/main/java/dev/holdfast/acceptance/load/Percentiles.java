package dev.holdfast.acceptance.load;

import java.util.Arrays;

/** A distribution by nearest rank, in milliseconds. All 0 for no samples. */
public record Percentiles(double p50, double p99, double max) {
    static Percentiles ofNanos(long[] samples) {
        long[] sorted = samples.clone();
        Arrays.sort(sorted);
        return new Percentiles(rank(sorted, 0.50), rank(sorted, 0.99), rank(sorted, 1));
    }

    /** The same with so much of each wait left out, as when it was another's. */
    public Percentiles minus(double millis) {
        return new Percentiles(less(p50, millis), less(p99, millis), less(max, millis));
    }

    private static double less(double one, double other) {
        return Math.max(0, Math.round((one - other) * 100) / 100.0);
    }

    private static double rank(long[] sorted, double share) {
        if (sorted.length == 0) {
            return 0;
        }
        long nanos = sorted[(int) Math.ceil(share * sorted.length) - 1];
        return Math.round(nanos / 10_000.0) / 100.0;
    }
}
