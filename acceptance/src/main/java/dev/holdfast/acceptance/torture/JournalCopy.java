package dev.holdfast.acceptance.torture;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import com.google.gson.JsonSyntaxException;
import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Stream;

/** A second name of a cycle's journal, which is there when the agent has removed its own. */
record JournalCopy(Path journal, Path copy) {
    private static final Set<String> IN_HAND = Set.of("PAUSING", "QUIESCING", "STOPPING", "STARTING", "DELIVERING");

    /** Makes it when the journal is there and it is not. */
    void take() {
        try {
            Files.createLink(copy, journal);
        } catch (FileAlreadyExistsException | NoSuchFileException _) {
            // There already, or nothing to take.
        } catch (IOException e) {
            throw new IllegalStateException("the journal " + journal + " cannot be kept", e);
        }
    }

    /** Its lines, one for each step; none when the cycle was over before it could be taken. */
    List<String> lines() {
        try (Stream<String> lines = Files.lines(copy)) {
            return lines.filter(line -> !line.isEmpty()).toList();
        } catch (IOException e) {
            return List.of();
        }
    }

    /** Its lines without the manifests, which are long and the same in all. */
    List<String> shown() {
        return lines().stream().map(JournalCopy::shown).toList();
    }

    private static String shown(String line) {
        try {
            JsonObject step = JsonParser.parseString(line).getAsJsonObject();
            step.entrySet().stream()
                    .map(Map.Entry::getValue)
                    .filter(JsonElement::isJsonObject)
                    .forEach(value -> value.getAsJsonObject().remove("manifestYaml"));
            return step.toString();
        } catch (JsonSyntaxException _) {
            return line;
        }
    }

    /** The first process of the server that there is, by the last step; empty while there is none. */
    OptionalLong server() {
        return server(_ -> true);
    }

    /** The same, but only while the agent has all its connections. */
    OptionalLong serverInHand() {
        return server(IN_HAND::contains);
    }

    private OptionalLong server(Predicate<String> states) {
        take();
        List<String> lines = lines();
        if (lines.isEmpty()) {
            return OptionalLong.empty();
        }
        try {
            JsonObject last = JsonParser.parseString(lines.getLast()).getAsJsonObject();
            String state = last.get("state").getAsString();
            return !states.test(state)
                    ? OptionalLong.empty()
                    : switch (state) {
                        case "PREPARING", "HOLDING", "PAUSING", "QUIESCING", "STOPPING" -> pid(last.get("old"));
                        default -> pid(last.get("started"));
                    };
        } catch (JsonSyntaxException _) {
            // It is being written.
            return OptionalLong.empty();
        }
    }

    private static OptionalLong pid(JsonElement process) {
        return process == null
                ? OptionalLong.empty()
                : OptionalLong.of(process.getAsJsonObject().get("pid").getAsLong());
    }
}
