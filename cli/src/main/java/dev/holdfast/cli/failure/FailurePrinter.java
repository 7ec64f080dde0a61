package dev.holdfast.cli.failure;

import com.google.gson.GsonBuilder;
import dev.holdfast.cli.exit.ExitCode;
import dev.holdfast.cli.output.OutputOption;
import dev.holdfast.common.bundle.BundleException;
import dev.holdfast.common.text.Reasons;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.NoSuchFileException;
import java.util.List;
import java.util.Map;
import picocli.CommandLine;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.UnmatchedArgumentException;

/** Prints failures to the error stream: a line or two, or an object where JSON was asked for. Never a stack trace. */
public final class FailurePrinter {
    private FailurePrinter() {}

    /** A wrong command line. */
    public static int usage(ParameterException e, String[] _args) {
        CommandLine command = e.getCommandLine();
        PrintWriter err = command.getErr();
        String name = command.getCommandSpec().qualifiedName();
        err.println(name + ": " + words(e));
        UnmatchedArgumentException.printSuggestions(e, err);
        if (command.getSubcommands().isEmpty()) {
            err.println("Try: " + name + " --help");
        } else {
            err.println();
            command.usage(err);
        }
        err.flush();
        return ExitCode.USAGE;
    }

    private static String words(ParameterException e) {
        if (e instanceof UnmatchedArgumentException unmatched) {
            String argument = unmatched.getUnmatched().getFirst();
            String what = unmatched.isUnknownOption()
                    ? "option"
                    : e.getCommandLine().getSubcommands().isEmpty() ? "argument" : "command";
            return "there is no " + what + " '" + argument + "' here";
        }
        return String.valueOf(e.getMessage());
    }

    /** A command that ended with an exception. */
    public static int execution(Exception e, CommandLine command, CommandLine.ParseResult _result) {
        Failure failure = failure(e);
        boolean json = command.getCommandSpec().mixins().values().stream()
                .map(mixin -> mixin.userObject())
                .anyMatch(option -> option instanceof OutputOption output && output.isJson());
        if (json) {
            command.getErr()
                    .println(new GsonBuilder().disableHtmlEscaping().create().toJson(Map.of("error", failure)));
        } else {
            print(failure, command);
        }
        command.getErr().flush();
        return failure.exitCode();
    }

    private static void print(Failure failure, CommandLine command) {
        PrintWriter err = command.getErr();
        err.println(command.getCommandSpec().qualifiedName() + ": " + failure.message());
        failure.fields().stream()
                .filter(field -> !failure.message().contains(field.description()))
                .forEach(field -> err.println("  " + field.field() + ": " + field.description()));
        if (!failure.hint().isEmpty()) {
            err.println("Hint: " + failure.hint());
        }
    }

    private static Failure failure(Exception e) {
        return switch (e) {
            case CliException cli -> cli.failure();
            case BundleException bundle -> simple("USAGE", ExitCode.USAGE, String.valueOf(bundle.getMessage()));
            case NoSuchFileException missing -> simple("USAGE", ExitCode.USAGE, Reasons.of(missing));
            case FileNotFoundException missing -> simple("USAGE", ExitCode.USAGE, String.valueOf(missing.getMessage()));
            case IOException io -> simple("FAILED", ExitCode.FAILED, Reasons.of(io));
            default -> simple("FAILED", ExitCode.FAILED, words(e));
        };
    }

    private static String words(Exception e) {
        String type = e.getClass().getSimpleName();
        return e.getMessage() == null ? type : e.getMessage() + " (" + type + ")";
    }

    private static Failure simple(String code, int exitCode, String message) {
        return new Failure(code, exitCode, message, List.of(), "");
    }
}
