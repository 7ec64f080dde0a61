package dev.holdfast.cli;

import dev.holdfast.cli.failure.FailurePrinter;
import java.util.logging.Level;
import java.util.logging.Logger;
import picocli.CommandLine;
import picocli.CommandLine.Model.OptionSpec;

/** The holdfast command: every program of Holdfast begins here. */
public final class HoldfastMain {
    /** A logger that nobody holds forgets its level. */
    private static final Logger GRPC = Logger.getLogger("io.grpc");

    private HoldfastMain() {}

    public static void main(String[] args) {
        GRPC.setLevel(Level.SEVERE);
        System.exit(commandLine().execute(args));
    }

    static CommandLine commandLine() {
        CommandLine holdfast = new CommandLine(new HoldfastCommand());
        holdfast.getCommandSpec()
                .addOption(OptionSpec.builder("-V", "--version")
                        .versionHelp(true)
                        .description("Show the version.")
                        .build());
        withHelp(holdfast);
        return holdfast.setCaseInsensitiveEnumValuesAllowed(true)
                .setParameterExceptionHandler(FailurePrinter::usage)
                .setExecutionExceptionHandler(FailurePrinter::execution)
                .setUsageHelpWidth(110);
    }

    /** Every command has --help; not picocli's own pair, since --version means an image's in image publish. */
    private static void withHelp(CommandLine command) {
        if (command.getCommandSpec().findOption("--help") == null) {
            command.getCommandSpec()
                    .addOption(OptionSpec.builder("-h", "--help")
                            .usageHelp(true)
                            .description("Show this help.")
                            .build());
        }
        command.getSubcommands().values().forEach(HoldfastMain::withHelp);
    }
}
