package dev.holdfast.cli.output;

import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.Message;

/** Messages with every field set. */
final class Sample {
    private Sample() {}

    static Message of(Message type) {
        Message.Builder builder = type.newBuilderForType();
        for (FieldDescriptor field : type.getDescriptorForType().getFields()) {
            if (field.isRepeated()) {
                builder.addRepeatedField(field, value(builder, field));
            } else {
                builder.setField(field, value(builder, field));
            }
        }
        return builder.build();
    }

    private static Object value(Message.Builder builder, FieldDescriptor field) {
        return switch (field.getJavaType()) {
            case STRING -> field.getName();
            case INT -> 1;
            case LONG -> 1L;
            case BOOLEAN -> true;
            case ENUM -> field.getEnumType().findValueByNumber(1);
            case MESSAGE -> of(builder.newBuilderForField(field).build());
            case DOUBLE -> 1.0;
            case FLOAT, BYTE_STRING -> throw new IllegalArgumentException(field.getFullName());
        };
    }
}
