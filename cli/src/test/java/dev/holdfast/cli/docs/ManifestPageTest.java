package dev.holdfast.cli.docs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.holdfast.common.manifest.Manifest;
import dev.holdfast.common.manifest.ManifestParser;
import dev.holdfast.common.manifest.Ready;
import dev.holdfast.common.manifest.Stop;
import dev.holdfast.common.manifest.Takeover;
import dev.holdfast.common.yaml.YamlException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** docs/cli.md names every key of the manifest with its default, and no other. */
class ManifestPageTest {
    private static final Set<String> SECTIONS = Set.of("ready", "stop", "takeover");

    private final Page page = Page.read();

    ManifestPageTest() throws IOException {}

    @Test
    void everyKeyIsThere() {
        List<String> known = new ArrayList<>();
        for (String key : keys("")) {
            if (SECTIONS.contains(key)) {
                keys(key).forEach(below -> known.add(key + "." + below));
            } else {
                known.add(key);
            }
        }
        assertThat(rows())
                .extracting(row -> Page.words(row.getFirst()).getFirst())
                .containsExactlyInAnyOrderElementsOf(known);
    }

    @Test
    void defaultsAreThoseOfTheParser() {
        assertThat(ManifestParser.parse("""
                        exec: [a]
                        ports: [8080]
                        ready: {within: %s}
                        stop: {signal: %s, within: %s}
                        takeover: {protocol: %s, quiet: %s, deadline: %s, onDeadline: %s, linger: %s, start: %s, prove: %s}
                        """.formatted(
                                defaultOf("ready.within"),
                                defaultOf("stop.signal"),
                                defaultOf("stop.within"),
                                defaultOf("takeover.protocol"),
                                defaultOf("takeover.quiet"),
                                defaultOf("takeover.deadline"),
                                defaultOf("takeover.onDeadline"),
                                defaultOf("takeover.linger"),
                                defaultOf("takeover.start"),
                                defaultOf("takeover.prove"))))
                .extracting(manifest -> manifest.ready().within(), Manifest::stop, Manifest::takeover)
                .containsExactly(Ready.DEFAULT_WITHIN, Stop.DEFAULT, Takeover.DEFAULT);
    }

    @Test
    void theExampleIsAManifest() {
        assertThat(page.blocks("yaml"))
                .hasSize(1)
                .allSatisfy(
                        yaml -> assertThat(ManifestParser.parse(yaml).user()).isEqualTo("nobody"));
    }

    /** What the parser says that it knows: when it meets a key that it does not. */
    private static List<String> keys(String section) {
        String unknown = section.isEmpty() ? "zzz: 1" : section + ": {zzz: 1}";
        YamlException refused = catchThrowableOfType(
                YamlException.class, () -> ManifestParser.parse("exec: [a]\nports: [1]\n" + unknown));
        String intro = "The keys here are ";
        String problem = refused.problem();
        return Arrays.asList(
                problem.substring(problem.indexOf(intro) + intro.length()).split(", ", -1));
    }

    private String defaultOf(String key) {
        return rows().stream()
                .filter(row -> row.getFirst().equals("`" + key + "`"))
                .map(row -> Page.words(row.get(2)).getFirst())
                .findFirst()
                .orElseThrow();
    }

    private List<List<String>> rows() {
        return page.table("key", "type", "default", "meaning");
    }
}
