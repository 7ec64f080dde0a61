package dev.holdfast.acceptance.torture;

import java.util.Locale;

/** Who is killed in the middle of cycles. */
enum Victim {
    AGENT,
    MANAGER,
    NONE;

    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT);
    }
}
