package dev.holdfast.common.manifest;

import java.time.Duration;

/**
 * How connections are taken over.
 *
 * @param protocol what is spoken on the ports, so that the end of an answer is known
 * @param quiet how long nothing may move before the server counts as owing nothing
 * @param deadline how long to wait for that
 * @param linger how long the old server may go on with what it has begun, where it does
 * @param start when the new process is started
 * @param prove how long the new process is on trial; zero for not at all
 */
public record Takeover(
        Protocol protocol,
        Duration quiet,
        Duration deadline,
        OnDeadline onDeadline,
        Duration linger,
        Start start,
        Duration prove) {
    public static final Takeover DEFAULT = new Takeover(
            Protocol.OPAQUE,
            Duration.ofMillis(50),
            Duration.ofSeconds(5),
            OnDeadline.ABORT,
            Duration.ofMinutes(10),
            Start.COLD,
            Duration.ZERO);

    /** The same with another end. */
    public Takeover with(OnDeadline other) {
        return new Takeover(protocol, quiet, deadline, other, linger, start, prove);
    }

    /** A protocol in which the beginnings and ends of requests and answers can be told. */
    public enum Protocol {
        /** Not one of the others: what the kernel knows of reads and writes has to do. */
        OPAQUE,
        /** HTTP/1.0 and HTTP/1.1, RFC 9112. */
        HTTP1,
        /** Of Redis, versions 2 and 3. */
        RESP,
        /** The text and meta protocols of memcached. */
        MEMCACHED,
        /** One line for each request, one line for each answer. */
        LINE
    }

    /** What happens when the server is still not quiet at the deadline. */
    public enum OnDeadline {
        /** Everything is undone; the old process goes on. */
        ABORT,
        /** The connections that are owed an answer are reset; the others are kept. */
        RESET,
        /** They, and those that no other server can go on with, stay with the old process, which goes on beside the new one. */
        LINGER
    }

    /** When the new process is started. */
    public enum Start {
        /** After the old one has ended. */
        COLD,
        /** While the old one serves. */
        WARM
    }
}
