package dev.holdfast.manager.api;

import dev.holdfast.manager.refusal.RefusedException;
import java.util.UUID;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Checks the fields of requests. */
final class Fields {
    private static final Pattern LABEL = Pattern.compile("[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?");
    private static final Pattern VERSION = Pattern.compile("[A-Za-z0-9._-]{1,64}");
    private static final Pattern DIGEST = Pattern.compile("sha256:[0-9a-f]{64}");

    private Fields() {}

    /** A DNS label. */
    static String label(String field, String value) {
        if (!LABEL.matcher(value).matches()) {
            throw RefusedException.invalid(
                    field,
                    "'" + value
                            + "' cannot be a name; it has 1 to 63 lower-case letters, digits and hyphens, and begins"
                            + " and ends with a letter or digit");
        }
        return value;
    }

    static String version(String field, String value) {
        if (!VERSION.matcher(value).matches()) {
            throw RefusedException.invalid(
                    field,
                    "'" + value
                            + "' cannot be a version; it has 1 to 64 letters, digits, dots, hyphens and underscores");
        }
        return value;
    }

    static String digest(String field, String value) {
        if (!DIGEST.matcher(value).matches()) {
            throw RefusedException.invalid(
                    field, "'" + value + "' is not a digest; write sha256: and 64 lower-case hexadecimal digits");
        }
        return value;
    }

    static UUID uuid(String field, String value) {
        try {
            return UUID.fromString(value);
        } catch (IllegalArgumentException e) {
            throw RefusedException.invalid(field, "'" + value + "' is not a UUID");
        }
    }

    static @Nullable UUID uuidOrNull(String field, String value) {
        return value.isEmpty() ? null : uuid(field, value);
    }

    static @Nullable String textOrNull(String value) {
        return value.isEmpty() ? null : value;
    }
}
