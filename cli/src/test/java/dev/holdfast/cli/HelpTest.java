package dev.holdfast.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import picocli.CommandLine;

class HelpTest {
    @ParameterizedTest
    @MethodSource
    void everyCommandExplainsItself(String command) {
        Shell.Result help = Shell.holdfast((command + " --help").strip().split(" ", -1));

        assertThat(help.exitCode()).isZero();
        assertThat(help.err()).isEmpty();
        assertThat(help.out()).startsWith("Usage: holdfast").contains("-h, --help");
        assertThat(help.out().lines())
                .allSatisfy(line -> assertThat(line.length()).isLessThanOrEqualTo(120));
    }

    static Stream<String> everyCommandExplainsItself() {
        return Stream.concat(
                Stream.of(""),
                HoldfastMain.commandLine().getSubcommands().keySet().stream()
                        .flatMap(name -> below(
                                name,
                                Objects.requireNonNull(HoldfastMain.commandLine(name)
                                        .getSubcommands()
                                        .get(name)))));
    }

    @ParameterizedTest
    @MethodSource
    void whatAsksTheManagerShowsAnExample(String command) {
        assertThat(Shell.holdfast((command + " --help").split(" ", -1)).out())
                .contains("--manager", "--output", "Example")
                .contains("  holdfast " + command);
    }

    static Stream<String> whatAsksTheManagerShowsAnExample() {
        return everyCommandExplainsItself()
                .filter(command -> command.contains(" "))
                .filter(command -> !command.startsWith("bench"));
    }

    @Test
    void theListOfCommandsIsThatOfTheFirstHelp() {
        String help = Shell.holdfast("--help").out();

        assertThat(help).contains("tenant", "image", "host", "process", "upgrade", "Exit codes: 0 done");
    }

    private static Stream<String> below(String name, CommandLine command) {
        return Stream.concat(
                Stream.of(name),
                command.getSubcommands().entrySet().stream()
                        .map(Map.Entry::getKey)
                        .map(leaf -> name + " " + leaf));
    }
}
