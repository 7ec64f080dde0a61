package dev.holdfast.manager.fleet;

import java.util.Optional;
import java.util.UUID;

/** Ids as agents tell them. */
public final class Uuids {
    private Uuids() {}

    /** Empty when it is none. */
    public static Optional<UUID> parse(String text) {
        try {
            return Optional.of(UUID.fromString(text));
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
    }
}
