package dev.holdfast.acceptance.bench;

import com.google.gson.FieldNamingPolicy;
import com.google.gson.GsonBuilder;
import dev.holdfast.acceptance.load.LoadReport;
import dev.holdfast.acceptance.load.Percentiles;
import dev.holdfast.acceptance.trial.Comparison;
import dev.holdfast.acceptance.trial.StepTimes;
import java.io.PrintStream;
import java.util.Locale;
import java.util.Map;

/**
 * The cost of a takeover, in microseconds for each connection where the name ends in Us. Its JSON has the same names in
 * lower case with underscores.
 *
 * @param reconnectUs what each of as many clients costs that simply connect and ask again
 * @param stallMs of the clients that sent requests all the time
 * @param startupMs the new server's own, from its start until it is ready
 */
record BenchResult(
        String server,
        int connections,
        int active,
        double holdUs,
        double pauseUs,
        double graftUs,
        double reconnectUs,
        double graftToReconnect,
        Percentiles stallMs,
        double startupMs,
        int lost,
        long wrong,
        Map<String, Double> stepsMs) {

    static BenchResult of(
            String server, int active, LoadReport report, Comparison comparison, StepTimes steps, double reconnectUs) {
        int connections = report.connections();
        double graft = steps.microsPer(connections, "delivering");
        return new BenchResult(
                server,
                connections,
                active,
                rounded(steps.microsPer(connections, "holding")),
                rounded(steps.microsPer(connections, "pausing")),
                rounded(graft),
                rounded(reconnectUs),
                rounded(graft / reconnectUs),
                report.stall(),
                rounded(steps.millis().getOrDefault("starting", 0.0)),
                connections - comparison.kept(),
                report.wrong(),
                steps.millis());
    }

    private static double rounded(double value) {
        return Math.round(value * 100) / 100.0;
    }

    String json() {
        return new GsonBuilder()
                .setFieldNamingPolicy(FieldNamingPolicy.LOWER_CASE_WITH_UNDERSCORES)
                .setPrettyPrinting()
                .create()
                .toJson(this);
    }

    void print(PrintStream out) {
        out.printf(Locale.ROOT, "%n  %s, %,d connections, %,d of them active%n%n", server, connections, active);
        out.printf(Locale.ROOT, "  hold        %9.2f us a connection%n", holdUs);
        out.printf(Locale.ROOT, "  pause       %9.2f us a connection%n", pauseUs);
        out.printf(Locale.ROOT, "  graft       %9.2f us a connection%n", graftUs);
        out.printf(
                Locale.ROOT,
                "  reconnect   %9.2f us a connection: graft costs %.2f of it%n",
                reconnectUs,
                graftToReconnect);
        out.printf(
                Locale.ROOT,
                "  stall       %9.2f ms p50, %.2f p99, %.2f longest%n",
                stallMs.p50(),
                stallMs.p99(),
                stallMs.max());
        out.printf(Locale.ROOT, "  start-up    %9.2f ms of that is the new server's own%n", startupMs);
        out.printf(Locale.ROOT, "  lost        %9d%n%n", lost);
        stepsMs.forEach((step, millis) -> out.printf(Locale.ROOT, "    %-12s %9.2f ms%n", step, millis));
    }
}
