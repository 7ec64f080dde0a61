package dev.holdfast.cli.docs;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.SequencedSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** docs/cli.md, taken apart. */
record Page(String text) {
    private static final Pattern WORD = Pattern.compile("`([^`]+)`");

    static Page read() throws IOException {
        return new Page(Files.readString(Path.of("..", "docs", "cli.md")));
    }

    /** The indented lines that show a command with all that it takes. */
    List<String> synopses() {
        return text.lines()
                .filter(line -> line.startsWith("    holdfast "))
                .map(String::strip)
                .toList();
    }

    /** The options that a synopsis means by ROLLOUT. */
    String rollout() {
        return text.lines().filter(line -> line.startsWith("    [--")).collect(Collectors.joining(" "));
    }

    /** The commands in blocks of shell. */
    List<String> examples() {
        return blocks("sh").stream()
                .flatMap(String::lines)
                .filter(line -> line.startsWith("holdfast "))
                .toList();
    }

    /** The contents of the fenced blocks of a language. */
    List<String> blocks(String language) {
        return Pattern.compile("```" + language + "\n(.*?)```", Pattern.DOTALL)
                .matcher(text)
                .results()
                .map(block -> block.group(1))
                .toList();
    }

    /** The cells of the rows under the table heading with these columns. */
    List<List<String>> table(String... columns) {
        return text.lines()
                .dropWhile(line -> !line.equals("| " + String.join(" | ", columns) + " |"))
                .skip(2)
                .takeWhile(line -> line.startsWith("|"))
                .map(row -> Arrays.stream(row.substring(1).split("\\|", -1))
                        .map(String::strip)
                        .toList())
                .toList();
    }

    /** What stands in backticks. */
    static SequencedSet<String> words(String cell) {
        SequencedSet<String> words = new LinkedHashSet<>();
        WORD.matcher(cell).results().map(word -> word.group(1)).forEach(words::add);
        return words;
    }
}
