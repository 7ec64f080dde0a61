package dev.holdfast.manager.rollout;

import java.time.DayOfWeek;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.ZoneId;
import java.time.zone.ZoneOffsetTransition;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/**
 * A maintenance window, as people there tell the time.
 *
 * @param days on which it opens
 * @param to at or before its beginning: on the next day
 */
public record Window(Set<DayOfWeek> days, LocalTime from, LocalTime to, ZoneId zone) {
    /** One that opens and closes in an hour that is skipped does not open that week; never twice in a row. */
    private static final int DAYS_AHEAD = 22;

    public Window {
        days = Set.copyOf(days);
    }

    /** One turn of it. */
    private record Opening(Instant begin, Instant end) {
        boolean contains(Instant time) {
            return !time.isBefore(begin) && time.isBefore(end);
        }
    }

    public boolean isOpen(Instant now) {
        LocalDate today = LocalDate.ofInstant(now, zone);
        return openings(today.minusDays(1), 2).anyMatch(opening -> opening.contains(now));
    }

    /** When it opens after now; empty only if it has no days. */
    public Optional<Instant> nextOpening(Instant now) {
        return openings(LocalDate.ofInstant(now, zone), DAYS_AHEAD)
                .map(Opening::begin)
                .filter(begin -> begin.isAfter(now))
                .findFirst();
    }

    private Stream<Opening> openings(LocalDate first, int count) {
        return Stream.iterate(first, date -> date.plusDays(1))
                .limit(count)
                .filter(date -> days.contains(date.getDayOfWeek()))
                .map(date -> new Opening(at(date, from), at(to.isAfter(from) ? date : date.plusDays(1), to)))
                .filter(opening -> opening.begin.isBefore(opening.end));
    }

    /** A time that is skipped is when the clock is put forward; of one that comes twice it is the first. */
    private Instant at(LocalDate date, LocalTime time) {
        LocalDateTime local = date.atTime(time);
        ZoneOffsetTransition change = zone.getRules().getTransition(local);
        return change != null && change.isGap()
                ? change.getInstant()
                : local.atZone(zone).toInstant();
    }
}
