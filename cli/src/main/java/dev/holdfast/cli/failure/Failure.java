package dev.holdfast.cli.failure;

import com.google.gson.annotations.SerializedName;
import java.util.List;

/**
 * What went wrong, as it is shown.
 *
 * @param code a gRPC code's name, or USAGE, FAILED
 * @param message one line: what is wrong
 * @param fields which fields of the request are wrong, and what would be right; or what does not meet a condition, and why
 * @param hint what to do now; may be empty
 */
public record Failure(
        String code, @SerializedName("exit_code") int exitCode, String message, List<Field> fields, String hint) {
    /** A wrong field of a request. */
    public record Field(String field, String description) {}

    public Failure {
        fields = List.copyOf(fields);
    }
}
