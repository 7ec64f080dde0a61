package dev.holdfast.manager.postgres;

import org.jspecify.annotations.Nullable;

/** There is no database to work with; the message says why and what to do. */
public final class PostgresException extends RuntimeException {
    PostgresException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }
}
