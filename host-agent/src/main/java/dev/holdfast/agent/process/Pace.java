package dev.holdfast.agent.process;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.time.Duration;
import java.util.function.BooleanSupplier;

/**
 * How fast is copied what nobody waits for.
 *
 * @param bytesPerSecond 0 for as fast as it goes
 */
public record Pace(long bytesPerSecond) {
    public static final Pace UNLIMITED = new Pace(0);
    private static final int CHUNK = 16 << 10;
    private static final long LOOK_AGAIN = Duration.ofMillis(50).toNanos();

    /** Copies to the end; without a limit for as long as somebody waits for it after all. */
    void copy(InputStream in, OutputStream out, BooleanSupplier awaited) throws IOException, InterruptedException {
        byte[] buffer = new byte[CHUNK];
        long due = System.nanoTime();
        for (int n = in.read(buffer); n >= 0; n = in.read(buffer)) {
            out.write(buffer, 0, n);
            due = Math.max(due, System.nanoTime() - LOOK_AGAIN) + nanos(n);
            for (long left = due - System.nanoTime();
                    left > 0 && !awaited.getAsBoolean();
                    left = due - System.nanoTime()) {
                Thread.sleep(Duration.ofNanos(Math.min(left, LOOK_AGAIN)));
            }
        }
    }

    private long nanos(int bytes) {
        return bytesPerSecond == 0 ? 0 : (long) (bytes * 1e9 / bytesPerSecond);
    }
}
