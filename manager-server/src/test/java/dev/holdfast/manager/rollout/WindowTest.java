package dev.holdfast.manager.rollout;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.DayOfWeek;
import java.time.Instant;
import java.time.LocalTime;
import java.time.OffsetDateTime;
import java.time.ZoneId;
import java.util.EnumSet;
import java.util.Set;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.LongRange;
import org.junit.jupiter.api.Test;

/** In Berlin the clock went from 02:00 to 03:00 on Sunday, 29 March 2026, and goes from 03:00 to 02:00 on 25 October. */
class WindowTest {
    private static final ZoneId BERLIN = ZoneId.of("Europe/Berlin");

    private static Window daily(String from, String to) {
        return new Window(EnumSet.allOf(DayOfWeek.class), LocalTime.parse(from), LocalTime.parse(to), BERLIN);
    }

    private static Window on(DayOfWeek day, String from, String to) {
        return new Window(Set.of(day), LocalTime.parse(from), LocalTime.parse(to), BERLIN);
    }

    private static Instant at(String time) {
        return OffsetDateTime.parse(time).toInstant();
    }

    @Test
    void isOpenFromItsBeginningToBeforeItsEnd() {
        Window window = daily("22:00", "23:00");
        assertThat(window.isOpen(at("2026-01-05T21:59:59+01:00"))).isFalse();
        assertThat(window.isOpen(at("2026-01-05T22:00:00+01:00"))).isTrue();
        assertThat(window.isOpen(at("2026-01-05T22:59:59+01:00"))).isTrue();
        assertThat(window.isOpen(at("2026-01-05T23:00:00+01:00"))).isFalse();
    }

    @Test
    void itsDayIsThatOnWhichItOpens() {
        Window friday = on(DayOfWeek.FRIDAY, "22:00", "02:00");
        assertThat(friday.isOpen(at("2026-01-09T01:00:00+01:00"))).isFalse();
        assertThat(friday.isOpen(at("2026-01-10T01:00:00+01:00"))).isTrue();
        assertThat(friday.isOpen(at("2026-01-10T22:30:00+01:00"))).isFalse();
        assertThat(friday.nextOpening(at("2026-01-09T22:00:00+01:00"))).contains(at("2026-01-16T22:00:00+01:00"));
    }

    @Test
    void aWholeDayEndsWhereItBegan() {
        Window saturday = on(DayOfWeek.SATURDAY, "06:00", "06:00");
        assertThat(saturday.isOpen(at("2026-01-10T05:59:59+01:00"))).isFalse();
        assertThat(saturday.isOpen(at("2026-01-11T05:59:59+01:00"))).isTrue();
        assertThat(saturday.isOpen(at("2026-01-11T06:00:00+01:00"))).isFalse();
    }

    @Test
    void keepsToTheClockOfItsPlace() {
        Window window = daily("22:00", "23:00");
        assertThat(window.nextOpening(at("2026-03-28T22:00:00+01:00"))).contains(at("2026-03-29T22:00:00+02:00"));
        assertThat(window.nextOpening(at("2026-10-24T22:00:00+02:00"))).contains(at("2026-10-25T22:00:00+01:00"));
    }

    @Test
    void opensWhenTheClockIsPutForwardOverItsBeginning() {
        Window window = daily("02:30", "04:00");
        assertThat(window.nextOpening(at("2026-03-29T01:00:00+01:00"))).contains(at("2026-03-29T03:00:00+02:00"));
        assertThat(window.isOpen(at("2026-03-29T03:00:00+02:00"))).isTrue();
        assertThat(window.isOpen(at("2026-03-29T04:00:00+02:00"))).isFalse();
    }

    @Test
    void doesNotOpenWhenAllOfItIsSkipped() {
        Window window = on(DayOfWeek.SUNDAY, "02:10", "02:50");
        assertThat(window.nextOpening(at("2026-03-28T12:00:00+01:00"))).contains(at("2026-04-05T02:10:00+02:00"));
        assertThat(window.isOpen(at("2026-03-29T03:00:00+02:00"))).isFalse();
    }

    @Test
    void opensOnceWhenItsHourComesTwice() {
        Window window = daily("02:10", "02:50");
        assertThat(window.isOpen(at("2026-10-25T02:30:00+02:00"))).isTrue();
        assertThat(window.isOpen(at("2026-10-25T02:30:00+01:00"))).isFalse();
        assertThat(window.nextOpening(at("2026-10-25T02:30:00+02:00"))).contains(at("2026-10-26T02:10:00+01:00"));
    }

    @Property(tries = 500)
    void isClosedUntilItOpensNext(
            @ForAll Set<DayOfWeek> days,
            @ForAll @IntRange(max = 1439) int from,
            @ForAll @IntRange(max = 1439) int to,
            @ForAll @LongRange(min = 1_770_000_000, max = 1_800_000_000) long time) {
        Window window = new Window(days, LocalTime.MIN.plusMinutes(from), LocalTime.MIN.plusMinutes(to), BERLIN);
        Instant now = Instant.ofEpochSecond(time);
        assertThat(window.nextOpening(now).isPresent()).isEqualTo(!days.isEmpty());
        window.nextOpening(now).ifPresent(next -> {
            assertThat(window.isOpen(next)).isTrue();
            for (long quarter = 1;
                    !window.isOpen(now) && now.plusSeconds(900 * quarter).isBefore(next);
                    quarter++) {
                assertThat(window.isOpen(now.plusSeconds(900 * quarter))).isFalse();
            }
        });
    }
}
