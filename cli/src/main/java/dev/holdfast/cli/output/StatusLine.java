package dev.holdfast.cli.output;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;

/** A line that is written over and over, and gone in the end. Does nothing where no terminal is. */
public final class StatusLine implements AutoCloseable {
    private static final String ERASE = "\r\033[K";

    private final PrintWriter err;
    private final boolean terminal;

    StatusLine(PrintWriter err, boolean terminal) {
        this.err = err;
        this.terminal = terminal;
    }

    /** Whether the error stream is a terminal. */
    static boolean isTerminal() {
        try {
            String target = Files.readSymbolicLink(Path.of("/proc/self/fd/2")).toString();
            return target.startsWith("/dev/pts/") || target.startsWith("/dev/tty") || target.equals("/dev/console");
        } catch (IOException _) {
            return false;
        }
    }

    public void show(String text) {
        if (terminal) {
            err.print(ERASE + text);
            err.flush();
        }
    }

    @Override
    public void close() {
        show("");
    }
}
