package dev.holdfast.agent.preflight;

/** The record layer of TLS, RFC 8446 section 5.1: type, version, length. */
final class TlsRecord {
    /** Enough to know one. */
    static final int HEADER = 5;

    private static final int FIRST_TYPE = 20;
    private static final int LAST_TYPE = 23;
    private static final int LONGEST = (1 << 14) + 2048;

    private TlsRecord() {}

    /** Whether the bytes begin with a record, as bytes that are not TLS do once in some millions of times. */
    static boolean begins(byte[] bytes) {
        if (bytes.length < HEADER) {
            return false;
        }
        int length = ((bytes[3] & 0xff) << 8) | (bytes[4] & 0xff);
        return bytes[0] >= FIRST_TYPE
                && bytes[0] <= LAST_TYPE
                && bytes[1] == 3
                && bytes[2] <= 4
                && bytes[2] >= 0
                && length > 0
                && length <= LONGEST;
    }
}
