package dev.holdfast.common.yaml;

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

/** Reads YAML into nodes that know their place. What comes from a stranger can neither blow up nor recurse without end. */
public final class Documents {
    private static final int MAX_CHARACTERS = 256 * 1024;
    private static final int MAX_DEPTH = 20;
    private static final LoadSettings SETTINGS = LoadSettings.builder()
            .setLabel("yaml")
            .setUseMarks(true)
            .setMaxAliasesForCollections(0)
            .setCodePointLimit(MAX_CHARACTERS)
            .build();

    private Documents() {}

    /**
     * Reads the one document that there is.
     *
     * @param what is read, for messages: "the manifest"
     * @param needs what it has at least, for messages
     * @throws YamlException when it is none
     */
    public static Value single(String yaml, String what, String needs) {
        if (yaml.length() > MAX_CHARACTERS) {
            throw at(what, Optional.empty(), "is longer than " + MAX_CHARACTERS + " characters");
        }
        try {
            checkDepth(yaml, what);
            return new Compose(SETTINGS)
                    .composeString(yaml)
                    .map(node -> new Value("", node))
                    .orElseThrow(() -> at(what, Optional.empty(), "is empty; it needs at least " + needs));
        } catch (MarkedYamlEngineException e) {
            throw at(what, e.getProblemMark().or(e::getContextMark), "is not YAML: " + oneLine(e.getProblem()));
        } catch (YamlEngineException e) {
            throw at(what, Optional.empty(), "is not YAML: " + oneLine(String.valueOf(e.getMessage())));
        }
    }

    /** The composer recurses; the events come without recursion. */
    private static void checkDepth(String yaml, String what) {
        int depth = 0;
        for (Event event : new Parse(SETTINGS).parseString(yaml)) {
            depth += event instanceof CollectionStartEvent ? 1 : event instanceof CollectionEndEvent ? -1 : 0;
            if (depth > MAX_DEPTH) {
                throw at(what, event.getStartMark(), "is nested deeper than " + MAX_DEPTH + " levels");
            }
        }
    }

    private static YamlException at(String what, Optional<Mark> mark, String problem) {
        return new YamlException(
                mark.map(Mark::getLine).orElse(0) + 1,
                mark.map(Mark::getColumn).orElse(0) + 1,
                "",
                what + " " + problem);
    }

    private static String oneLine(String text) {
        return text.strip().replaceAll("\\s*\\R\\s*", " ");
    }
}
