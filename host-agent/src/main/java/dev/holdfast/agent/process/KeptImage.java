package dev.holdfast.agent.process;

import java.time.Instant;

/**
 * An unpacked bundle.
 *
 * @param digest its hexadecimal digits
 * @param name of the image that used it last; empty if that is not known
 * @param ran whether a server process has run it
 * @param used when it was run, fetched or staged last
 */
record KeptImage(String digest, String name, boolean ran, Instant used) {}
