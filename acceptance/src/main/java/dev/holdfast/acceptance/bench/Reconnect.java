package dev.holdfast.acceptance.bench;

import dev.holdfast.acceptance.load.Load;
import dev.holdfast.acceptance.load.LoadReport;
import dev.holdfast.acceptance.trial.Trial;
import java.io.IOException;

/** What an upgrade without Holdfast costs its clients at the least: connecting again, and a first answer. */
record Reconnect(Trial trial, int connections) {
    private static final int ROUNDS = 3;
    private static final int AT_ONCE = 256;

    /** The best of a few rounds, in microseconds for each connection: the comparison is not to be in our favour. */
    double microsPerConnection() throws IOException, InterruptedException {
        double best = Double.MAX_VALUE;
        for (int i = 0; i < ROUNDS; i++) {
            best = Math.min(best, round());
        }
        return best;
    }

    private double round() throws IOException, InterruptedException {
        var address = trial.listen().socketAddress();
        long start = System.nanoTime();
        try (Load load = Load.openAsking(address, trial.server().protocol(), connections, AT_ONCE)) {
            double micros = (System.nanoTime() - start) / 1e3 / connections;
            LoadReport report = load.report();
            if (report.lost() > 0) {
                throw new IOException(report.lost() + " clients could not reconnect: " + report.complaints());
            }
            return micros;
        }
    }
}
