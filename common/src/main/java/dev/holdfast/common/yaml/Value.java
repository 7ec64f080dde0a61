package dev.holdfast.common.yaml;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.snakeyaml.engine.v2.common.ScalarStyle;
import org.snakeyaml.engine.v2.exceptions.Mark;
import org.snakeyaml.engine.v2.nodes.MappingNode;
import org.snakeyaml.engine.v2.nodes.Node;
import org.snakeyaml.engine.v2.nodes.ScalarNode;
import org.snakeyaml.engine.v2.nodes.SequenceNode;
import org.snakeyaml.engine.v2.nodes.Tag;

/**
 * A node of a document: gives what is asked of it or says what is wrong, and where.
 *
 * @param path the keys that lead to it, as "ready.within"
 */
public record Value(String path, Node node) {
    private static final Pattern DURATION = Pattern.compile("(\\d{1,9})(ms|s|m|h)");

    /** Text that comes from elsewhere, as a document would have it. */
    public static Value of(String path, String text) {
        return new Value(path, new ScalarNode(Tag.STR, text, ScalarStyle.PLAIN));
    }

    public YamlException wrong(String problem) {
        return wrong(path, node, problem);
    }

    static YamlException wrong(String path, Node node, String problem) {
        Optional<Mark> mark = node.getStartMark();
        return new YamlException(
                mark.map(Mark::getLine).orElse(0) + 1, mark.map(Mark::getColumn).orElse(0) + 1, path, problem);
    }

    /** A string that is neither empty nor holds a NUL, which neither a path nor an argument can carry. */
    public String text(String example) {
        String text = argument(example);
        if (text.isEmpty()) {
            throw wrong("must not be empty; write it as " + example);
        }
        return text;
    }

    /** A string that may be empty, as an argument of a program may be. */
    private String argument(String example) {
        if (!(node instanceof ScalarNode scalar) || !scalar.getTag().equals(Tag.STR)) {
            throw wrong("must be a string, as " + example + "; it is " + kind());
        }
        return withoutNul(scalar.getValue());
    }

    /** A string, number or boolean as it is written. */
    public String scalar() {
        if (!(node instanceof ScalarNode scalar) || scalar.getTag().equals(Tag.NULL)) {
            throw wrong("must be a string, a number or a boolean (\"\" for an empty one); it is " + kind());
        }
        return withoutNul(scalar.getValue());
    }

    public Duration duration(String example) {
        Duration duration = durationOrZero(example);
        if (duration.isZero()) {
            throw wrong("must be longer than nothing, as " + example);
        }
        return duration;
    }

    public Duration durationOrZero(String example) {
        Matcher matcher = DURATION.matcher(node instanceof ScalarNode scalar ? scalar.getValue() : "");
        if (!matcher.matches()) {
            throw wrong("must be a number and ms, s, m or h, as " + example + "; it is " + kind());
        }
        long amount = Long.parseLong(matcher.group(1));
        return switch (matcher.group(2)) {
            case "ms" -> Duration.ofMillis(amount);
            case "s" -> Duration.ofSeconds(amount);
            case "m" -> Duration.ofMinutes(amount);
            default -> Duration.ofHours(amount);
        };
    }

    /** The items of a list with at least one. */
    public List<Value> items(String example) {
        if (!(node instanceof SequenceNode sequence)) {
            throw wrong("must be a list, as " + example + "; it is " + kind());
        }
        if (sequence.getValue().isEmpty()) {
            throw wrong("must not be empty; write it as " + example);
        }
        List<Value> items = new ArrayList<>();
        for (Node item : sequence.getValue()) {
            items.add(new Value(path + "[" + items.size() + "]", item));
        }
        return items;
    }

    /** A program and its arguments: a list of strings, of which only the first must not be empty. */
    public List<String> command(String example) {
        List<Value> items = items(example);
        var _ = items.getFirst().text("\"text\"");
        return items.stream()
                .map(item -> item.argument("\"" + scalarOr(item.node, "text") + "\""))
                .toList();
    }

    public String kind() {
        return switch (node) {
            case MappingNode _ -> "a mapping";
            case SequenceNode _ -> "a list";
            case ScalarNode scalar when scalar.getTag().equals(Tag.NULL) -> "nothing";
            case ScalarNode scalar when scalar.getTag().equals(Tag.BOOL) -> "the boolean " + scalar.getValue();
            case ScalarNode scalar when scalar.getTag().equals(Tag.STR) -> "the string '" + scalar.getValue() + "'";
            case ScalarNode scalar -> "the number " + scalar.getValue();
            default -> "something else";
        };
    }

    private static String scalarOr(Node node, String other) {
        return node instanceof ScalarNode scalar && !scalar.getValue().isEmpty() ? scalar.getValue() : other;
    }

    private String withoutNul(String text) {
        if (text.indexOf('\0') >= 0) {
            throw wrong("must not hold a NUL character");
        }
        return text;
    }
}
