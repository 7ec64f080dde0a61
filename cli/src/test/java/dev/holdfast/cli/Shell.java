package dev.holdfast.cli;

import java.io.PrintWriter;
import java.io.StringWriter;
import picocli.CommandLine;

/** Runs the command as a shell would, in this process. */
public final class Shell {
    private Shell() {}

    /** What a command left. */
    public record Result(int exitCode, String out, String err) {}

    public static Result holdfast(String... args) {
        StringWriter out = new StringWriter();
        StringWriter err = new StringWriter();
        CommandLine command =
                HoldfastMain.commandLine(args).setOut(new PrintWriter(out)).setErr(new PrintWriter(err));
        int exitCode = command.execute(args);
        return new Result(exitCode, out.toString(), err.toString());
    }
}
