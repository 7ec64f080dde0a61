package dev.holdfast.cli.docs;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.cli.Shell;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** docs/cli.md names every field of every JSON answer, and no other. */
class JsonPageTest {
    /** Fields whose own are those of another row, or named by the user. */
    private static final List<String> NOT_OPENED = List.of(
            "Resolution.hosts[].processes[]",
            "UpgradeEvent.upgrade",
            "Host.labels",
            "Upgrade.rollout",
            "UpgradePlan.waves[].hosts[].processes[]",
            "UpgradePlan.waves[].hosts[].labels");

    private final Page page = Page.read();

    JsonPageTest() throws IOException {}

    @Test
    void everyFieldIsThere() throws IOException {
        Map<String, Set<String>> recorded = new LinkedHashMap<>();
        for (String path : Files.readAllLines(Path.of("src/test/resources/json-fields.txt"))) {
            String shown = NOT_OPENED.stream()
                    .filter(closed -> path.startsWith(closed + "."))
                    .findFirst()
                    .orElse(path);
            int dot = shown.indexOf('.');
            recorded.computeIfAbsent(shown.substring(0, dot), _ -> new LinkedHashSet<>())
                    .add(shown.substring(dot + 1));
        }
        Map<String, Set<String>> shown = new LinkedHashMap<>();
        page.table("answer", "of", "fields")
                .forEach(row -> shown.put(Page.words(row.getFirst()).getFirst(), Page.words(row.get(2))));

        assertThat(shown).isEqualTo(recorded);
    }

    @Test
    void everyCommandsAnswerIsThere() {
        String named = String.join(
                " ",
                page.table("answer", "of", "fields").stream()
                        .map(row -> row.get(1))
                        .toList());
        assertThat(Shell.leaves())
                .filteredOn(leaf -> leaf.getCommandSpec().findOption("--output") != null)
                .extracting(leaf -> leaf.getCommandSpec().qualifiedName().substring("holdfast ".length()))
                .allSatisfy(name -> assertThat(named).contains("`" + name + "`"));
    }

    @ParameterizedTest
    @CsvSource({
        "dev.holdfast.acceptance.demo.DemoResult",
        "dev.holdfast.acceptance.bench.BenchResult",
        "dev.holdfast.acceptance.fleet.FleetResult",
        "dev.holdfast.acceptance.torture.TortureResult",
        "dev.holdfast.acceptance.farm.FarmResult"
    })
    void whatDemoBenchAndTorturePrintIsThere(Class<?> result) {
        List<String> fields = Arrays.stream(result.getRecordComponents())
                .map(component ->
                        component.getName().replaceAll("([A-Z])", "_$1").toLowerCase(Locale.ROOT))
                .toList();

        assertThat(page.table("object", "fields"))
                .filteredOn(row -> row.getFirst().equals("`" + result.getSimpleName() + "`"))
                .singleElement()
                .satisfies(row -> assertThat(Page.words(row.get(1))).containsExactlyElementsOf(fields));
    }
}
