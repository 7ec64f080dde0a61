package dev.holdfast.manager.gate;

import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.ListValue;
import com.google.protobuf.Struct;
import com.google.protobuf.Value;
import com.google.protobuf.util.JsonFormat;
import java.util.List;

/**
 * The samples of an answer of Prometheus' instant query API.
 *
 * @see <a href="https://prometheus.io/docs/prometheus/latest/querying/api/#instant-queries">its documentation</a>
 */
final class Samples {
    private Samples() {}

    /** @throws IllegalArgumentException if it is no such answer; the message says why */
    static List<Double> of(String json) {
        Struct answer = parse(json);
        if (!text(answer, "status").equals("success")) {
            throw new IllegalArgumentException("Prometheus answered: " + text(answer, "error"));
        }
        Struct data =
                answer.getFieldsOrDefault("data", Value.getDefaultInstance()).getStructValue();
        ListValue result =
                data.getFieldsOrDefault("result", Value.getDefaultInstance()).getListValue();
        return switch (text(data, "resultType")) {
            case "scalar" -> List.of(number(result));
            case "vector" ->
                result.getValuesList().stream()
                        .map(each -> number(each.getStructValue()
                                .getFieldsOrDefault("value", Value.getDefaultInstance())
                                .getListValue()))
                        .toList();
            default ->
                throw new IllegalArgumentException(
                        "the expression gives a " + text(data, "resultType") + ", not a vector or a scalar");
        };
    }

    private static Struct parse(String json) {
        try {
            Struct.Builder answer = Struct.newBuilder();
            JsonFormat.parser().merge(json, answer);
            return answer.build();
        } catch (InvalidProtocolBufferException e) {
            throw new IllegalArgumentException("the answer is not Prometheus' JSON", e);
        }
    }

    private static String text(Struct struct, String field) {
        return struct.getFieldsOrDefault(field, Value.getDefaultInstance()).getStringValue();
    }

    /** A sample is its time and its value, the latter as text: "NaN" and "+Inf" are values too. */
    private static double number(ListValue sample) {
        String value = sample.getValuesCount() == 2 ? sample.getValues(1).getStringValue() : "";
        return switch (value) {
            case "+Inf" -> Double.POSITIVE_INFINITY;
            case "-Inf" -> Double.NEGATIVE_INFINITY;
            case "NaN" -> Double.NaN;
            default -> Double.parseDouble(value);
        };
    }
}
