package dev.holdfast.cli;

import dev.holdfast.acceptance.bench.BenchCommand;
import dev.holdfast.acceptance.demo.DemoCommand;
import dev.holdfast.acceptance.farm.FarmCommand;
import dev.holdfast.acceptance.torture.TortureCommand;
import dev.holdfast.agent.AgentMain;
import dev.holdfast.cli.failure.FailurePrinter;
import dev.holdfast.cli.host.HostCommand;
import dev.holdfast.cli.image.ImageCommand;
import dev.holdfast.cli.process.ProcessCommand;
import dev.holdfast.cli.tenant.TenantCommand;
import dev.holdfast.cli.upgrade.UpgradeCommand;
import dev.holdfast.manager.ManagerMain;
import java.util.Arrays;
import java.util.List;
import java.util.logging.Level;
import java.util.logging.Logger;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;

/** The holdfast command: every program of Holdfast begins here. */
public final class HoldfastMain {
    static final List<Class<?>> COMMANDS = List.of(
            DemoCommand.class,
            ManagerMain.class,
            AgentMain.class,
            TenantCommand.class,
            ImageCommand.class,
            HostCommand.class,
            ProcessCommand.class,
            UpgradeCommand.class,
            BenchCommand.class,
            TortureCommand.class,
            FarmCommand.class);

    /** A failed connection is told by the command; held here because a logger that nobody holds forgets its level. */
    private static final Logger GRPC = Logger.getLogger("io.grpc");

    private HoldfastMain() {}

    public static void main(String[] args) {
        System.exit(run(args));
    }

    /** Gives the exit code. */
    public static int run(String... args) {
        GRPC.setLevel(Level.SEVERE);
        return commandLine(args).execute(args);
    }

    static CommandLine commandLine(String... args) {
        CommandLine holdfast = new CommandLine(new HoldfastCommand());
        holdfast.getCommandSpec()
                .addOption(OptionSpec.builder("-V", "--version")
                        .versionHelp(true)
                        .description("Show the version.")
                        .build());
        String chosen = Arrays.stream(args)
                .filter(arg -> !arg.startsWith("-"))
                .findFirst()
                .orElse("");
        COMMANDS.forEach(type -> mount(holdfast, type, chosen));
        withHelp(holdfast);
        return holdfast.setParameterExceptionHandler(FailurePrinter::usage)
                .setExecutionExceptionHandler(FailurePrinter::execution)
                .setUsageHelpWidth(110);
    }

    /** To look at every command's options takes longer than most commands run: the others are known by name only. */
    private static void mount(CommandLine holdfast, Class<?> type, String chosen) {
        Command about = type.getAnnotation(Command.class);
        CommandSpec nameOnly = CommandSpec.create();
        nameOnly.usageMessage().description(about.description());
        holdfast.addSubcommand(about.name(), about.name().equals(chosen) ? new CommandLine(type) : nameOnly);
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
