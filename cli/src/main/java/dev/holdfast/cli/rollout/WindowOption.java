package dev.holdfast.cli.rollout;

import dev.holdfast.proto.admin.v1.Window;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** A maintenance window on the command line: "mon-fri 22:00-04:00 Europe/Berlin"; without days, every day. */
final class WindowOption implements ITypeConverter<Window> {
    private static final Pattern TEXT = Pattern.compile("(?:(\\S+) )?(\\d\\d:\\d\\d)-(\\d\\d:\\d\\d) (\\S+)");
    private static final List<String> DAYS = List.of("mon", "tue", "wed", "thu", "fri", "sat", "sun");

    @Override
    public Window convert(String text) {
        Matcher matcher = TEXT.matcher(text.strip().replaceAll("\\s+", " "));
        if (!matcher.matches()) {
            throw new TypeConversionException(
                    "'" + text + "' is not a window; write it as 'mon-fri 22:00-04:00 Europe/Berlin'");
        }
        Window.Builder window = Window.newBuilder()
                .setFrom(matcher.group(2))
                .setTo(matcher.group(3))
                .setTimeZone(matcher.group(4));
        if (matcher.group(1) != null) {
            for (String days : matcher.group(1).split(",", -1)) {
                window.addAllDays(days(days));
            }
        }
        return window.build();
    }

    private static List<String> days(String text) {
        int dash = text.indexOf('-');
        int first = day(dash < 0 ? text : text.substring(0, dash));
        int last = day(dash < 0 ? text : text.substring(dash + 1));
        return last >= first
                ? DAYS.subList(first, last + 1)
                : java.util.stream.Stream.concat(
                                DAYS.subList(first, DAYS.size()).stream(), DAYS.subList(0, last + 1).stream())
                        .toList();
    }

    private static int day(String name) {
        int day = DAYS.indexOf(name);
        if (day < 0) {
            throw new TypeConversionException("'" + name + "' is no day; the days are " + String.join(", ", DAYS));
        }
        return day;
    }
}
