package dev.holdfast.common.yaml;

import dev.holdfast.common.text.Nearest;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.snakeyaml.engine.v2.nodes.MappingNode;
import org.snakeyaml.engine.v2.nodes.NodeTuple;
import org.snakeyaml.engine.v2.nodes.ScalarNode;

/** A mapping, its keys checked: each a string, once, and one of the known. */
public record Section(Value self, Map<String, Value> values) {
    /** A mapping with these keys and no others. */
    public static Section of(Value value, List<String> known) {
        Section section = open(value, "a mapping with " + String.join(", ", known));
        section.values.forEach((key, _) -> {
            if (!known.contains(key)) {
                throw section.unknown(key, known);
            }
        });
        return section;
    }

    /** A mapping whose keys are the writer's own. */
    public static Section open(Value value, String what) {
        if (!(value.node() instanceof MappingNode mapping)) {
            throw value.wrong("must be " + what + "; it is " + value.kind());
        }
        Map<String, Value> values = new LinkedHashMap<>();
        for (NodeTuple tuple : mapping.getValue()) {
            if (!(tuple.getKeyNode() instanceof ScalarNode key)) {
                throw Value.wrong(value.path(), tuple.getKeyNode(), "a key must be a plain string");
            }
            String path = path(value, key.getValue());
            if (values.put(key.getValue(), new Value(path, tuple.getValueNode())) != null) {
                throw Value.wrong(path, key, "is there twice; keep one");
            }
        }
        return new Section(value, values);
    }

    public Optional<Value> get(String key) {
        return Optional.ofNullable(values.get(key));
    }

    public Value require(String key, String example) {
        return get(key).orElseThrow(() -> self.wrong("the key " + key + " is missing; write " + key + ": " + example));
    }

    private YamlException unknown(String key, List<String> known) {
        MappingNode mapping = (MappingNode) self.node();
        ScalarNode at = mapping.getValue().stream()
                .map(tuple -> (ScalarNode) tuple.getKeyNode())
                .filter(node -> node.getValue().equals(key))
                .findFirst()
                .orElseThrow();
        String nearest = Nearest.to(key, known)
                .map(near -> "; did you mean " + near + "?")
                .orElse(";");
        return Value.wrong(
                path(self, key), at, "unknown key" + nearest + " The keys here are " + String.join(", ", known));
    }

    private static String path(Value parent, String key) {
        return parent.path().isEmpty() ? key : parent.path() + "." + key;
    }
}
