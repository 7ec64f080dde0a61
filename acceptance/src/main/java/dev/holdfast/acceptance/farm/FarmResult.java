package dev.holdfast.acceptance.farm;

import com.google.gson.FieldNamingPolicy;
import com.google.gson.GsonBuilder;
import java.io.PrintStream;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * What the farm ends with. Its JSON has the same names in lower case with underscores.
 *
 * @param connections those that were there from the beginning
 * @param newcomers those that came, asked once and went
 * @param lost of both
 * @param disagreements between what clients saw and what is reported
 * @param states of each server's upgrade: how many hosts ended in which state
 * @param unexpected what else is not as it should be, in words
 */
record FarmResult(
        int hosts,
        int connections,
        int newcomers,
        long requests,
        long answered,
        int lost,
        long wrong,
        int disagreements,
        Map<String, Map<String, Integer>> states,
        List<String> unexpected) {
    boolean good() {
        return lost + wrong + disagreements == 0 && answered == requests && unexpected.isEmpty();
    }

    String json() {
        return new GsonBuilder()
                .setFieldNamingPolicy(FieldNamingPolicy.LOWER_CASE_WITH_UNDERSCORES)
                .setPrettyPrinting()
                .disableHtmlEscaping()
                .create()
                .toJson(this);
    }

    void print(PrintStream out) {
        out.println();
        row(out, "hosts", hosts);
        row(out, "connections", connections);
        row(out, "newcomers", newcomers);
        row(out, "requests sent", requests);
        row(out, "  answered", answered);
        row(out, "lost", lost);
        row(out, "wrong", wrong);
        row(out, "disagreements", disagreements);
        states.forEach((server, hostStates) ->
                hostStates.forEach((state, count) -> row(out, server + ": hosts " + state, count)));
        unexpected.forEach(text -> out.println("  unexpected: " + text));
        out.println();
    }

    private static void row(PrintStream out, String what, long count) {
        out.printf(Locale.ROOT, "  %-28s %,12d%n", what, count);
    }
}
