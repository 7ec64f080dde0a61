package dev.holdfast.acceptance.bench;

import com.google.gson.FieldNamingPolicy;
import com.google.gson.GsonBuilder;
import dev.holdfast.acceptance.load.LoadReport;
import dev.holdfast.acceptance.load.Percentiles;
import dev.holdfast.acceptance.trial.Comparison;
import dev.holdfast.acceptance.trial.StartChoice;
import dev.holdfast.acceptance.trial.StepTimes;
import dev.holdfast.common.manifest.Takeover;
import java.io.PrintStream;
import java.util.Locale;
import java.util.Map;

/**
 * The cost of a takeover, in microseconds for each connection where the name ends in Us. Its JSON has the same names in
 * lower case with underscores.
 *
 * @param lookUs the look at those that were left asleep, while the new server had the others; no part of the graft
 * @param rate how many requests a second each of the active clients sent
 * @param newcomers how many others a second came, asked once and left
 * @param reconnectUs what each of as many clients costs that simply connect and ask again
 * @param stallMs the longest wait of each client that sent requests all the time
 * @param stallWithoutStartupMs the same without the time that clients waited for the new server to be ready
 * @param backlogMs the same of a server that is not upgraded but stands for a moment, without that: the least that a stall costs
 * @param stallToReconnect the median of that beside the time in which all these clients could have connected again
 * @param startupMs the new server's own, from its start until it is ready; in a warm start nobody waits for it
 */
record BenchResult(
        String server,
        String start,
        int connections,
        int active,
        int rate,
        int newcomers,
        double holdUs,
        double pauseUs,
        double graftUs,
        double lookUs,
        double reconnectUs,
        double graftToReconnect,
        Percentiles stallMs,
        Percentiles stallWithoutStartupMs,
        Percentiles backlogMs,
        double stallToReconnect,
        double startupMs,
        int lost,
        long wrong,
        Map<String, Double> stepsMs) {

    static BenchResult of(
            String server,
            Takeover.Start start,
            int active,
            int rate,
            int newcomers,
            Percentiles stall,
            Percentiles backlog,
            LoadReport report,
            LoadReport came,
            Comparison comparison,
            StepTimes steps,
            double reconnectUs) {
        int connections = report.connections();
        double graft = steps.microsPer(connections, "delivering");
        double waitedFor = steps.millis().getOrDefault("starting", 0.0);
        Percentiles withoutStartup = stall.minus(waitedFor);
        return new BenchResult(
                server,
                StartChoice.word(start),
                connections,
                active,
                rate,
                newcomers,
                rounded(steps.microsPer(connections, "holding")),
                rounded(steps.microsPer(connections, "pausing")),
                rounded(graft),
                rounded(steps.microsPer(connections, "looking")),
                rounded(reconnectUs),
                rounded(graft / reconnectUs),
                stall,
                withoutStartup,
                backlog,
                rounded(withoutStartup.p50() * 1000 / (reconnectUs * connections)),
                rounded(steps.millis().getOrDefault("warming", waitedFor)),
                connections - comparison.kept() + came.lost(),
                report.wrong() + came.wrong(),
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
        out.printf(Locale.ROOT, "  look        %9.2f us a connection, while the server has the others%n", lookUs);
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
        out.printf(
                Locale.ROOT,
                "  … without   %9.2f ms p50, %.2f p99, %.2f longest: the server's own start; %.2f of reconnecting all%n",
                stallWithoutStartupMs.p50(),
                stallWithoutStartupMs.p99(),
                stallWithoutStartupMs.max(),
                stallToReconnect);
        out.printf(
                Locale.ROOT,
                "  backlog     %9.2f ms p50, %.2f p99, %.2f longest: after a mere standstill, without it%n",
                backlogMs.p50(),
                backlogMs.p99(),
                backlogMs.max());
        out.printf(Locale.ROOT, "  start-up    %9.2f ms, %s%n", startupMs, start);
        out.printf(Locale.ROOT, "  lost        %9d%n%n", lost);
        stepsMs.forEach((step, millis) -> out.printf(Locale.ROOT, "    %-12s %9.2f ms%n", step, millis));
    }
}
