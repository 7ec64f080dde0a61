package dev.holdfast.acceptance.demo;

import java.io.PrintStream;
import java.util.Locale;

/** Lines that tell what is going on, with the seconds since the start. */
public final class Progress {
    private final PrintStream out;
    private final long start = System.nanoTime();

    public Progress(PrintStream out) {
        this.out = out;
    }

    /** Writes a line. */
    public synchronized void say(String line) {
        out.printf(Locale.ROOT, "[%4.1f s] ", (System.nanoTime() - start) / 1e9);
        out.println(line);
    }
}
