package dev.holdfast.cli.output;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.Timestamp;
import com.google.protobuf.util.Durations;
import dev.holdfast.proto.admin.v1.Cycle;
import org.junit.jupiter.api.Test;

class WordsTest {
    @Test
    void quantitiesAreReadable() {
        assertThat(Words.bytes(0)).isEqualTo("0 B");
        assertThat(Words.bytes(1023)).isEqualTo("1023 B");
        assertThat(Words.bytes(1536)).isEqualTo("1.5 KiB");
        assertThat(Words.bytes(25_480_396_800L)).isEqualTo("23.7 GiB");
        assertThat(Words.duration(Durations.fromMicros(12_345))).isEqualTo("12.345 ms");
        assertThat(Words.duration(Durations.fromMillis(61_500))).isEqualTo("61.50 s");
        assertThat(Words.count(1, "process", "processes")).isEqualTo("1 process");
        assertThat(Words.count(0, "process", "processes")).isEqualTo("0 processes");
    }

    @Test
    void aTimeThatIsNotSetIsEmpty() {
        assertThat(Words.time(Timestamp.getDefaultInstance())).isEmpty();
        assertThat(Words.time(Timestamp.newBuilder().setSeconds(1).build())).startsWith("19");
    }

    @Test
    void statesAreWords() {
        assertThat(Words.state(Cycle.State.STATE_DELIVERING)).isEqualTo("delivering");
    }
}
