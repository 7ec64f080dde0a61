package dev.holdfast.acceptance.torture;

import com.google.gson.FieldNamingPolicy;
import com.google.gson.GsonBuilder;
import java.io.PrintStream;
import java.util.Locale;
import java.util.Map;

/**
 * What the torture ends with. Its JSON has the same names in lower case with underscores.
 *
 * @param lost connections that ended, and answers that belong to no request
 * @param doubled answers that came again
 * @param reordered answers that came before their turn
 * @param hanging connections on which an answer did not come
 * @param disagreements connections of which clients and report do not say the same
 * @param resetOwed connections that were owed an answer and are reported as reset, or that a server which was killed had
 *     just accepted
 * @param resetInDoubt connections that were owed nothing and are reported as reset, since nobody could tell
 * @param faults how often a program was killed
 * @param upgrades how many ended in which state
 */
record TortureResult(
        String server,
        long seed,
        long requests,
        long lost,
        long doubled,
        long reordered,
        long hanging,
        long disagreements,
        long resetOwed,
        long resetInDoubt,
        long faults,
        Map<String, Integer> upgrades) {
    boolean good() {
        return lost + doubled + reordered + hanging + disagreements == 0;
    }

    String json() {
        return new GsonBuilder()
                .setFieldNamingPolicy(FieldNamingPolicy.LOWER_CASE_WITH_UNDERSCORES)
                .setPrettyPrinting()
                .create()
                .toJson(this);
    }

    void print(PrintStream out) {
        out.printf(Locale.ROOT, "%n  %s, seed %d%n%n", server, seed);
        row(out, "requests", requests);
        row(out, "lost", lost);
        row(out, "doubled", doubled);
        row(out, "reordered", reordered);
        row(out, "hanging", hanging);
        row(out, "disagreements", disagreements);
        row(out, "reset, owed an answer", resetOwed);
        row(out, "reset, in doubt", resetInDoubt);
        row(out, "kills", faults);
        upgrades.forEach((state, count) -> row(out, "upgrades " + state, count));
        out.println();
    }

    private static void row(PrintStream out, String what, long count) {
        out.printf(Locale.ROOT, "  %-24s %,12d%n", what, count);
    }
}
