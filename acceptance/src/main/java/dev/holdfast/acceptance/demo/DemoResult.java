package dev.holdfast.acceptance.demo;

import com.google.gson.FieldNamingPolicy;
import com.google.gson.GsonBuilder;
import dev.holdfast.acceptance.load.LoadReport;
import dev.holdfast.acceptance.load.Percentiles;
import dev.holdfast.acceptance.trial.Comparison;
import java.util.Map;

/**
 * What the demo ends with. Its JSON has the same names in lower case with underscores.
 *
 * @param kept connections that live on as their clients saw it and as the manager reports it
 */
record DemoResult(
        int connections,
        int kept,
        int lost,
        long requests,
        long answered,
        long wrong,
        Map<String, Long> answersByVersion,
        Percentiles stallMs,
        Map<String, Double> stepsMs) {

    static DemoResult of(LoadReport report, Comparison comparison, Map<String, Double> steps) {
        return new DemoResult(
                report.connections(),
                comparison.kept(),
                report.connections() - comparison.kept(),
                report.requests(),
                report.answered(),
                report.wrong(),
                report.answersByVersion(),
                report.stall(),
                steps);
    }

    String json() {
        return new GsonBuilder()
                .setFieldNamingPolicy(FieldNamingPolicy.LOWER_CASE_WITH_UNDERSCORES)
                .setPrettyPrinting()
                .create()
                .toJson(this);
    }
}
