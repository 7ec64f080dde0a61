package dev.holdfast.manager.rollout;

import dev.holdfast.manager.refusal.RefusedException;
import java.time.DayOfWeek;
import java.time.LocalTime;
import java.time.ZoneId;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;

/** Reads a maintenance window. */
final class WindowReader {
    private static final List<String> DAYS = List.of("mon", "tue", "wed", "thu", "fri", "sat", "sun");
    private static final Pattern TIME = Pattern.compile("([01]\\d|2[0-3]):[0-5]\\d");

    private WindowReader() {}

    static Window read(String field, dev.holdfast.proto.admin.v1.Window window) {
        return new Window(
                days(field + ".days", window.getDaysList()),
                time(field + ".from", window.getFrom()),
                time(field + ".to", window.getTo()),
                zone(field + ".time_zone", window.getTimeZone()));
    }

    private static Set<DayOfWeek> days(String field, List<String> names) {
        Set<DayOfWeek> days = EnumSet.noneOf(DayOfWeek.class);
        for (String name : names) {
            int index = DAYS.indexOf(name);
            if (index < 0) {
                throw RefusedException.invalid(
                        field, "'" + name + "' is no day; the days are " + String.join(", ", DAYS));
            }
            days.add(DayOfWeek.of(index + 1));
        }
        return days.isEmpty() ? EnumSet.allOf(DayOfWeek.class) : days;
    }

    private static LocalTime time(String field, String text) {
        if (text.equals("24:00")) {
            throw RefusedException.invalid(field, "write 00:00 for the end of the day");
        }
        if (!TIME.matcher(text).matches()) {
            throw RefusedException.invalid(field, "'" + text + "' is no time; write hours and minutes, as 22:00");
        }
        return LocalTime.parse(text);
    }

    private static ZoneId zone(String field, String name) {
        if (!ZoneId.getAvailableZoneIds().contains(name)) {
            throw RefusedException.invalid(
                    field, "'" + name + "' is no time zone; write one of the IANA database, as Europe/Berlin or UTC");
        }
        return ZoneId.of(name);
    }
}
