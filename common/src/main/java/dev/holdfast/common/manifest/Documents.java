package dev.holdfast.common.manifest;

import java.util.Optional;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.api.lowlevel.Compose;
import org.snakeyaml.engine.v2.api.lowlevel.Parse;
import org.snakeyaml.engine.v2.events.CollectionEndEvent;
import org.snakeyaml.engine.v2.events.CollectionStartEvent;
import org.snakeyaml.engine.v2.events.Event;
import org.snakeyaml.engine.v2.exceptions.Mark;
import org.snakeyaml.engine.v2.exceptions.MarkedYamlEngineException;
import org.snakeyaml.engine.v2.exceptions.YamlEngineException;
import org.snakeyaml.engine.v2.nodes.Node;

/** Reads YAML into nodes that know their place. What comes from a stranger can neither blow up nor recurse without end. */
final class Documents {
    private static final int MAX_CHARACTERS = 256 * 1024;
    private static final int MAX_DEPTH = 20;
    private static final LoadSettings SETTINGS = LoadSettings.builder()
            .setLabel("manifest")
            .setUseMarks(true)
            .setMaxAliasesForCollections(0)
            .setCodePointLimit(MAX_CHARACTERS)
            .build();

    private Documents() {}

    static Node single(String yaml) {
        if (yaml.length() > MAX_CHARACTERS) {
            throw at(Optional.empty(), "is longer than " + MAX_CHARACTERS + " characters");
        }
        try {
            checkDepth(yaml);
            return new Compose(SETTINGS)
                    .composeString(yaml)
                    .orElseThrow(() -> at(Optional.empty(), "is empty; it needs at least exec and ports"));
        } catch (MarkedYamlEngineException e) {
            throw at(e.getProblemMark().or(e::getContextMark), "is not YAML: " + oneLine(e.getProblem()));
        } catch (YamlEngineException e) {
            throw at(Optional.empty(), "is not YAML: " + oneLine(String.valueOf(e.getMessage())));
        }
    }

    /** The composer recurses; the events come without recursion. */
    private static void checkDepth(String yaml) {
        int depth = 0;
        for (Event event : new Parse(SETTINGS).parseString(yaml)) {
            depth += event instanceof CollectionStartEvent ? 1 : event instanceof CollectionEndEvent ? -1 : 0;
            if (depth > MAX_DEPTH) {
                throw at(event.getStartMark(), "is nested deeper than " + MAX_DEPTH + " levels");
            }
        }
    }

    private static ManifestException at(Optional<Mark> mark, String problem) {
        return new ManifestException(
                mark.map(Mark::getLine).orElse(0) + 1,
                mark.map(Mark::getColumn).orElse(0) + 1,
                "",
                "the manifest " + problem);
    }

    private static String oneLine(String text) {
        return text.strip().replaceAll("\\s*\\R\\s*", " ");
    }
}
