package dev.holdfast.agent.observer;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import org.junit.jupiter.api.Test;

class StreamTest {
    private static final int FIRST = Integer.MAX_VALUE - 3;

    private final StringBuilder given = new StringBuilder();
    private final Stream stream = new Stream(FIRST, bytes -> given.append(US_ASCII.decode(bytes)));

    private boolean add(int offset, String text) {
        return stream.add(FIRST + offset, ByteBuffer.wrap(text.getBytes(US_ASCII)));
    }

    @Test
    void goesOnWhereSequenceNumbersWrap() {
        add(0, "abcdef");
        add(6, "ghi");

        assertThat(given).hasToString("abcdefghi");
        assertThat(stream.length()).isEqualTo(9);
        assertThat(stream.next()).isEqualTo(Integer.MIN_VALUE + 5);
    }

    @Test
    void whatComesTwiceCountsOnce() {
        add(0, "abc");
        add(0, "abc");
        add(1, "bcde");

        assertThat(given).hasToString("abcde");
    }

    @Test
    void waitsForWhatIsMissing() {
        add(0, "ab");
        add(6, "gh");
        add(4, "ef");
        add(4, "efg");
        assertThat(stream.hasGap()).isTrue();
        assertThat(given).hasToString("ab");

        add(2, "cd");
        assertThat(given).hasToString("abcdefgh");
        assertThat(stream.hasGap()).isFalse();
    }

    @Test
    void whatIsOlderThanItsBeginningIsLeftOut() {
        add(-2, "yzab");
        add(-3, "xy");

        assertThat(given).hasToString("ab");
    }

    @Test
    void givesUpWhenTooMuchWaits() {
        add(0, "a");
        String much = "x".repeat(32 << 10);
        boolean room = true;
        for (int i = 0; i < 4; i++) {
            room &= add(10 + i * much.length(), much);
        }
        assertThat(room).isTrue();
        assertThat(add(10 + 4 * much.length(), much)).isFalse();
    }
}
