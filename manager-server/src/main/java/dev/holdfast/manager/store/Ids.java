package dev.holdfast.manager.store;

import java.security.SecureRandom;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Makes UUIDs of version 7 (RFC 9562), so that rows sort in the order in which they were made. */
public final class Ids {
    /** Before and after every other, as PostgreSQL compares. */
    public static final UUID FIRST = new UUID(0, 0);

    public static final UUID LAST = new UUID(-1, -1);

    private static final SecureRandom RANDOM = new SecureRandom();
    private static @Nullable UUID last;

    private Ids() {}

    /** Greater, as PostgreSQL compares, than every one that this program has made before. */
    public static synchronized UUID next() {
        long stamp = System.currentTimeMillis() << 16 | 0x7000 | RANDOM.nextInt(0x1000);
        if (last != null && Long.compareUnsigned(stamp, last.getMostSignificantBits()) <= 0) {
            stamp = after(last.getMostSignificantBits());
        }
        UUID next = new UUID(stamp, RANDOM.nextLong() >>> 2 | 0x8000_0000_0000_0000L);
        last = next;
        return next;
    }

    /** The next value of the 60 bits of time and sequence around the version. */
    private static long after(long stamp) {
        long sequence = stamp & 0xFFF;
        return sequence < 0xFFF ? stamp + 1 : ((stamp >>> 16) + 1) << 16 | 0x7000;
    }
}
