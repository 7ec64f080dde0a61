package dev.holdfast.cli.failure;

import com.google.gson.GsonBuilder;
import dev.holdfast.cli.exit.ExitCode;
import dev.holdfast.cli.output.OutputOption;
import dev.holdfast.common.bundle.BundleException;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
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
        err.println(name + ": " + e.getMessage());
        UnmatchedArgumentException.printSuggestions(e, err);
        err.println("Try: " + name + " --help");
        err.flush();
        return ExitCode.USAGE;
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
        String name = command.getCommandSpec().qualifiedName();
        boolean oneField = failure.fields().size() == 1
                && failure.fields().getFirst().description().equals(failure.message());
        String field = oneField ? failure.fields().getFirst().field() + ": " : "";
        command.getErr().println(name + ": " + field + failure.message());
        if (!oneField) {
            failure.fields()
                    .forEach(wrong -> command.getErr().println("  " + wrong.field() + ": " + wrong.description()));
        }
        if (!failure.hint().isEmpty()) {
            command.getErr().println("Hint: " + failure.hint());
        }
    }

    private static Failure failure(Exception e) {
        return switch (e) {
            case CliException cli -> cli.failure();
            case BundleException bundle -> simple("USAGE", ExitCode.USAGE, String.valueOf(bundle.getMessage()));
            case NoSuchFileException missing ->
                simple("USAGE", ExitCode.USAGE, "there is no file " + missing.getFile());
            case FileNotFoundException missing -> simple("USAGE", ExitCode.USAGE, String.valueOf(missing.getMessage()));
            case AccessDeniedException denied ->
                simple("FAILED", ExitCode.FAILED, "no permission for " + denied.getFile());
            case FileSystemException file ->
                simple(
                        "FAILED",
                        ExitCode.FAILED,
                        file.getFile() + ": "
                                + Optional.ofNullable(file.getReason()).orElse("failed"));
            case IOException io -> simple("FAILED", ExitCode.FAILED, String.valueOf(io.getMessage()));
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
