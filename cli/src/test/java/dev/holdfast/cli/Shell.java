package dev.holdfast.cli;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import picocli.CommandLine;
import picocli.CommandLine.Command;

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

    /** Reads a command line without running it; an exception says what is wrong with it. */
    public static void parse(String... args) {
        var _ = HoldfastMain.commandLine(args).parseArgs(args);
    }

    /** The commands that do something, as "image publish". */
    public static List<CommandLine> leaves() {
        return HoldfastMain.COMMANDS.stream()
                .map(type -> type.getAnnotation(Command.class).name())
                .map(name -> Objects.requireNonNull(
                        HoldfastMain.commandLine(name).getSubcommands().get(name)))
                .flatMap(command -> command.getSubcommands().isEmpty()
                        ? Stream.of(command)
                        : command.getSubcommands().values().stream())
                .toList();
    }
}
