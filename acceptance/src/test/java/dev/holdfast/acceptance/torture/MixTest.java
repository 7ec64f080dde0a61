package dev.holdfast.acceptance.torture;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.acceptance.load.Habit;
import dev.holdfast.acceptance.server.NginxServer;
import dev.holdfast.acceptance.server.ShopServer;
import java.util.Set;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/** The clients are chosen by the seed alone, and there are all kinds of them. */
final class MixTest {
    @Test
    void aSeedGivesTheSameKindsAgain() {
        assertThat(Mix.of(new NginxServer(), Set.of(), 50, new SplittableRandom(7)))
                .isEqualTo(Mix.of(new NginxServer(), Set.of(), 50, new SplittableRandom(7)))
                .isNotEqualTo(Mix.of(new NginxServer(), Set.of(), 50, new SplittableRandom(8)));
    }

    @Test
    void theShopHasClientsOfEveryKind() {
        assertThat(Mix.of(new ShopServer(), Set.of(), 200, new SplittableRandom(7)))
                .hasSize(200)
                .extracting(Habit::kind)
                .contains("busy", "thinking", "halting", "idle", "pipelining", "slow", "streaming", "uploading")
                .contains("downloading");
    }

    @Test
    void thereAreOnlyTheKindsThatAreAskedFor() {
        assertThat(Mix.of(new ShopServer(), Set.of("idle", "slow"), 50, new SplittableRandom(7)))
                .extracting(Habit::kind)
                .containsOnly("idle", "slow");
    }
}
