package dev.holdfast.acceptance.demo;

import java.io.PrintStream;
import java.util.Locale;

/** The result for people. */
record DemoTable(PrintStream out) {
    void print(DemoResult result, String server, int answeredByBoth) {
        out.println();
        number("connections", result.connections());
        number("  kept", result.kept());
        number("  lost", result.lost());
        number("requests sent", result.requests());
        number("  answered", result.answered());
        number("  wrong", result.wrong());
        result.answersByVersion().forEach((version, count) -> number("  by " + server + " " + version, count));
        number("connections answered by both", answeredByBoth);
        millis("stall, half of the clients under", result.stallMs().p50());
        millis("stall, 99 of 100 under", result.stallMs().p99());
        millis("stall, longest", result.stallMs().max());
        result.stepsMs().forEach((step, time) -> millis("  " + step, time));
        out.println();
    }

    private void number(String what, long count) {
        out.printf(Locale.ROOT, "  %-34s %,10d%n", what, count);
    }

    private void millis(String what, double time) {
        out.printf(Locale.ROOT, "  %-34s %,10.1f ms%n", what, time);
    }
}
