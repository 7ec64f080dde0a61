package dev.holdfast.cli.rollout;

import com.google.protobuf.Descriptors.EnumDescriptor;
import com.google.protobuf.Descriptors.EnumValueDescriptor;
import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.Duration;
import com.google.protobuf.MapEntry;
import com.google.protobuf.Message;
import dev.holdfast.common.yaml.Section;
import dev.holdfast.common.yaml.Value;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * Reads messages from YAML. The keys are the fields' names as protobuf's JSON has them; durations are written as 30s, enum
 * values in lower case without their type. So a file, the contract and the options cannot drift apart.
 */
final class MessageYaml {
    private MessageYaml() {}

    /** The keys that a message of that kind can have. */
    static List<String> keys(Message.Builder message) {
        return message.getDescriptorForType().getFields().stream()
                .map(FieldDescriptor::getJsonName)
                .toList();
    }

    /**
     * Sets what these keys say.
     *
     * @throws dev.holdfast.common.yaml.YamlException at what cannot be
     */
    static void merge(Map<String, Value> values, Message.Builder into) {
        for (FieldDescriptor field : into.getDescriptorForType().getFields()) {
            Value value = values.get(field.getJsonName());
            if (value == null) {
                continue;
            }
            if (field.isMapField()) {
                Section.open(value, "a mapping of names to values").values().forEach((key, each) -> {
                    MapEntry.Builder<?, ?> entry = (MapEntry.Builder<?, ?>) into.newBuilderForField(field);
                    var fields = entry.getDescriptorForType().getFields();
                    into.addRepeatedField(
                            field,
                            entry.setField(fields.get(0), key)
                                    .setField(fields.get(1), each.scalar())
                                    .build());
                });
            } else if (field.isRepeated()) {
                value.items("a list").forEach(each -> into.addRepeatedField(field, single(field, each, into)));
            } else {
                into.setField(field, single(field, value, into));
            }
        }
    }

    private static Object single(FieldDescriptor field, Value value, Message.Builder parent) {
        return switch (field.getJavaType()) {
            case MESSAGE -> message(field, value, parent);
            case STRING -> value.scalar();
            case BOOLEAN -> bool(value);
            case INT -> number(value).intValue();
            case DOUBLE -> number(value).doubleValue();
            case ENUM -> constant(field.getEnumType(), value);
            case LONG, FLOAT, BYTE_STRING -> throw new IllegalStateException("no rollout has a " + field.getJavaType());
        };
    }

    private static Message message(FieldDescriptor field, Value value, Message.Builder parent) {
        if (field.getMessageType().equals(Duration.getDescriptor())) {
            java.time.Duration duration = value.durationOrZero("30s");
            return Duration.newBuilder()
                    .setSeconds(duration.getSeconds())
                    .setNanos(duration.getNano())
                    .build();
        }
        Message.Builder nested = parent.newBuilderForField(field);
        merge(Section.of(value, keys(nested)).values(), nested);
        return nested.build();
    }

    private static boolean bool(Value value) {
        return switch (value.scalar()) {
            case "true" -> true;
            case "false" -> false;
            default -> throw value.wrong("must be true or false; it is " + value.kind());
        };
    }

    private static Double number(Value value) {
        try {
            return Double.valueOf(value.scalar());
        } catch (NumberFormatException _) {
            throw value.wrong("must be a number; it is " + value.kind());
        }
    }

    private static EnumValueDescriptor constant(EnumDescriptor type, Value value) {
        String prefix = type.getName().replaceAll("(?<=[a-z])(?=[A-Z])", "_").toUpperCase(Locale.ROOT) + "_";
        List<String> known = type.getValues().stream()
                .skip(1)
                .map(each -> each.getName().substring(prefix.length()).toLowerCase(Locale.ROOT))
                .toList();
        String name = value.scalar();
        if (!known.contains(name)) {
            throw value.wrong("must be one of " + String.join(", ", known) + "; it is " + value.kind());
        }
        return type.findValueByName(prefix + name.toUpperCase(Locale.ROOT));
    }
}
