package dev.holdfast.acceptance.load;

import java.util.Arrays;

/** A distribution by nearest rank, in milliseconds. All 0 for no samples. */
public record Percentiles(double p50, double p99, double max) {
    static Percentiles ofNanos(long[] samples) {
        long[] sorted = samples.clone();
        Arrays.sort(sorted);
        return new Percentiles(rank(sorted, 0.50), rank(sorted, 0.99), rank(sorted, 1));
    }

    private static double rank(long[] sorted, double share) {
        if (sorted.length == 0) {
            return 0;
        }
        long nanos = sorted[(int) Math.ceil(share * sorted.length) - 1];
        return Math.round(nanos / 10_000.0) / 100.0;
    }
}
