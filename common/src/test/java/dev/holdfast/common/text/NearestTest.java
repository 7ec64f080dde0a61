package dev.holdfast.common.text;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class NearestTest {
    private static final List<String> WORDS = List.of("http", "tcp", "command", "within", "onDeadline");

    @Test
    void findsTheWordThatWasMeant() {
        assertThat(Nearest.to("htpp", WORDS)).contains("http");
        assertThat(Nearest.to("withn", WORDS)).contains("within");
        assertThat(Nearest.to("on_deadline", WORDS)).contains("onDeadline");
        assertThat(Nearest.to("TCP", WORDS)).contains("tcp");
        assertThat(Nearest.to("tpc", WORDS)).contains("tcp");
    }

    @Test
    void doesNotGuessWildly() {
        assertThat(Nearest.to("image", List.of("ports"))).isEmpty();
        assertThat(Nearest.to("x", List.of())).isEmpty();
    }
}
