package dev.holdfast.cli.output;

import com.google.protobuf.Duration;
import com.google.protobuf.Timestamp;
import java.time.Instant;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.Locale;

/** Quantities and names as people read them. */
public final class Words {
    private static final DateTimeFormatter TIME = DateTimeFormatter.ofPattern("uuuu-MM-dd HH:mm:ss", Locale.ROOT);
    private static final DateTimeFormatter CLOCK = DateTimeFormatter.ofPattern("HH:mm:ss.SSS", Locale.ROOT);

    private Words() {}

    /** Local date and time; empty for a time that is not set. */
    public static String time(Timestamp time) {
        return time.equals(Timestamp.getDefaultInstance())
                ? ""
                : TIME.format(instant(time).atZone(ZoneId.systemDefault()));
    }

    /** Local time of day, with milliseconds. */
    public static String clock(Timestamp time) {
        return CLOCK.format(instant(time).atZone(ZoneId.systemDefault()));
    }

    /** "12.345 ms" below a second, then "1.23 s". */
    public static String duration(Duration duration) {
        double ms = millis(duration);
        return ms < 1000 ? "%.3f ms".formatted(ms) : "%.2f s".formatted(ms / 1000);
    }

    public static Duration between(Timestamp start, Timestamp end) {
        java.time.Duration between = java.time.Duration.between(instant(start), instant(end));
        return Duration.newBuilder()
                .setSeconds(between.getSeconds())
                .setNanos(between.getNano())
                .build();
    }

    public static double millis(Duration duration) {
        return duration.getSeconds() * 1e3 + duration.getNanos() / 1e6;
    }

    /** "532 B", "1.2 MiB". */
    public static String bytes(long bytes) {
        if (bytes < 1024) {
            return bytes + " B";
        }
        int power = (63 - Long.numberOfLeadingZeros(bytes)) / 10;
        return "%.1f %siB".formatted((double) bytes / (1L << (10 * power)), "KMGTPE".charAt(power - 1));
    }

    /** STATE_RUNNING as "running". */
    public static String state(Enum<?> state) {
        return state.name().replaceFirst("^STATE_", "").toLowerCase(Locale.ROOT).replace('_', ' ');
    }

    public static String count(long count, String one, String many) {
        return count + " " + (count == 1 ? one : many);
    }

    private static Instant instant(Timestamp time) {
        return Instant.ofEpochSecond(time.getSeconds(), time.getNanos());
    }
}
