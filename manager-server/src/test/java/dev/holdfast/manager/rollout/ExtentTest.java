package dev.holdfast.manager.rollout;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ExtentTest {
    @ParameterizedTest
    @CsvSource({
        "3, 10, 3",
        "30, 10, 10",
        "0, 10, 0",
        "1%, 10, 1",
        "25%, 10, 3",
        "100%, 10, 10",
        "0%, 10, 0",
        "50%, 0, 0"
    })
    void isNeverMoreThanAllAndAPartIsRoundedUp(String text, int total, int count) {
        assertThat(Extent.parse(text).orElseThrow().of(total)).isEqualTo(count);
        assertThat(Extent.parse(text).orElseThrow()).hasToString(text);
    }
}
