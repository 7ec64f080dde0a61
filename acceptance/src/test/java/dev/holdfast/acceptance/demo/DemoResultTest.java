package dev.holdfast.acceptance.demo;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import dev.holdfast.acceptance.load.Percentiles;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Others read the JSON: its names stay. */
final class DemoResultTest {
    @Test
    void jsonHasTheDocumentedNames() {
        DemoResult result = new DemoResult(
                10, 9, 1, 20, 19, 0, Map.of("v1", 12L), new Percentiles(1, 2, 3), Map.of("holding", 0.5));

        JsonObject json = JsonParser.parseString(result.json()).getAsJsonObject();

        assertThat(json.keySet())
                .containsExactly(
                        "connections",
                        "kept",
                        "lost",
                        "requests",
                        "answered",
                        "wrong",
                        "answers_by_version",
                        "stall_ms",
                        "steps_ms");
        assertThat(json.getAsJsonObject("stall_ms").keySet()).containsExactly("p50", "p99", "max");
        assertThat(json.getAsJsonObject("answers_by_version").get("v1").getAsLong())
                .isEqualTo(12);
        assertThat(json.getAsJsonObject("steps_ms").get("holding").getAsDouble())
                .isEqualTo(0.5);
    }
}
