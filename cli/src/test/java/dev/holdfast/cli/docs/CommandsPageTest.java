package dev.holdfast.cli.docs;

import static java.util.stream.Collectors.toCollection;
import static java.util.stream.Collectors.toMap;
import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.cli.Shell;
import dev.holdfast.cli.exit.ExitCode;
import java.io.IOException;
import java.lang.reflect.Field;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;
import picocli.CommandLine.Model.OptionSpec;

/** docs/cli.md names every command and option that there is, and no other. */
class CommandsPageTest {
    private static final Pattern OPTION = Pattern.compile("--[a-z-]+");
    /** Said once for all that have them. */
    private static final Set<String> OF_ALL_THAT_ASK = Set.of("--manager", "--output");

    private final Page page = Page.read();

    CommandsPageTest() throws IOException {}

    @Test
    void everyCommandIsThereWithItsOptions() {
        Map<String, Set<String>> shown =
                page.synopses().stream().collect(toMap(CommandsPageTest::name, this::shownOptions));

        assertThat(shown)
                .isEqualTo(Shell.leaves().stream().collect(toMap(CommandsPageTest::name, CommandsPageTest::options)));
    }

    @Test
    void everyCommandHasAnExample() {
        List<String> names = Shell.leaves().stream().map(CommandsPageTest::name).toList();
        assertThat(names)
                .allSatisfy(name -> assertThat(page.examples())
                        .as("examples of %s", name)
                        .anyMatch(example -> (example + " ").startsWith("holdfast " + name + " ")));
    }

    @Test
    void everyExampleIsUnderstood() {
        assertThat(page.examples()).isNotEmpty().allSatisfy(example -> {
            String[] args = example.substring("holdfast ".length()).split(" ", -1);
            Shell.parse(args);
        });
    }

    @Test
    void exitCodesAreThoseOfTheCommand() throws IllegalAccessException {
        List<String> codes = new ArrayList<>();
        for (Field code : ExitCode.class.getFields()) {
            codes.add(String.valueOf(code.getInt(null)));
        }
        assertThat(page.table("code", "meaning")).extracting(List::getFirst).containsExactlyInAnyOrderElementsOf(codes);
    }

    /** "image publish" of "holdfast image publish --tenant T". */
    private static String name(String synopsis) {
        return String.join(
                " ",
                Arrays.stream(synopsis.split(" ", -1))
                        .skip(1)
                        .takeWhile(word -> word.matches("[a-z]+"))
                        .toList());
    }

    private static String name(CommandLine leaf) {
        return leaf.getCommandSpec().qualifiedName().substring("holdfast ".length());
    }

    private static Set<String> options(CommandLine leaf) {
        boolean asksTheManager = leaf.getCommandSpec().findOption("--output") != null;
        return leaf.getCommandSpec().options().stream()
                .filter(option -> !option.usageHelp() && !option.versionHelp())
                .map(OptionSpec::longestName)
                .filter(option -> !asksTheManager || !OF_ALL_THAT_ASK.contains(option))
                .collect(toCollection(TreeSet::new));
    }

    private Set<String> shownOptions(String synopsis) {
        return OPTION.matcher(synopsis.replace("ROLLOUT", page.rollout()))
                .results()
                .map(MatchResult::group)
                .collect(toCollection(TreeSet::new));
    }
}
