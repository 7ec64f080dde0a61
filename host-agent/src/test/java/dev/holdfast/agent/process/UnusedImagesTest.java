package dev.holdfast.agent.process;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;

class UnusedImagesTest {
    private static final Instant NOW = Instant.parse("2026-05-04T12:00:00Z");

    private static KeptImage ran(String digest, String name, long daysAgo) {
        return new KeptImage(digest, name, true, NOW.minus(Duration.ofDays(daysAgo)));
    }

    private static KeptImage staged(String digest, String name, long daysAgo) {
        return new KeptImage(digest, name, false, NOW.minus(Duration.ofDays(daysAgo)));
    }

    @Test
    void whatRunsAndWhatRanBeforeStay() {
        var unused = UnusedImages.of(
                List.of(ran("v1", "shop", 90), ran("v2", "shop", 60), ran("v3", "shop", 30), ran("w1", "web", 90)),
                Set.of("v3"),
                NOW);
        assertThat(unused.expired()).extracting(KeptImage::digest).containsExactly("v1");
        assertThat(unused.spare()).isEmpty();
    }

    @Test
    void whatWasOnlyStagedDoesNotPushOutTheWayBack() {
        var unused = UnusedImages.of(
                List.of(ran("v1", "shop", 90), ran("v2", "shop", 0), staged("v3", "shop", 20), staged("v4", "shop", 2)),
                Set.of("v2"),
                NOW);
        assertThat(unused.expired()).extracting(KeptImage::digest).containsExactly("v3");
        assertThat(unused.spare()).extracting(KeptImage::digest).containsExactly("v4");
    }

    @Test
    void whatWasJustFetchedIsNotEvenSpare() {
        KeptImage fetched = new KeptImage("v3", "shop", false, NOW.minus(Duration.ofMinutes(59)));
        var unused = UnusedImages.of(List.of(fetched), Set.of(), NOW);
        assertThat(unused.expired()).isEmpty();
        assertThat(unused.spare()).isEmpty();
    }

    @Test
    void aClockThatWentBackRemovesNothing() {
        var unused = UnusedImages.of(List.of(staged("v3", "shop", -400)), Set.of(), NOW);
        assertThat(unused.expired()).isEmpty();
        assertThat(unused.spare()).isEmpty();
    }

    @Test
    void ofWhateverIsThereTheRuleHolds() {
        Random random = new Random(7);
        for (int round = 0; round < 500; round++) {
            List<KeptImage> all = new ArrayList<>();
            for (int i = random.nextInt(10); i > 0; i--) {
                Instant used = NOW.minus(Duration.ofHours(random.nextInt(400)));
                all.add(new KeptImage("d" + i, random.nextBoolean() ? "shop" : "web", random.nextBoolean(), used));
            }
            Set<String> running = Set.of("d" + random.nextInt(10));
            var unused = UnusedImages.of(all, running, NOW);
            List<KeptImage> goes = new ArrayList<>(unused.expired());
            goes.addAll(unused.spare());
            List<KeptImage> stays = new ArrayList<>(all);
            stays.removeAll(goes);
            assertThat(goes).doesNotHaveDuplicates().noneMatch(image -> running.contains(image.digest()));
            assertThat(goes).extracting(KeptImage::used).isSorted();
            assertThat(unused.expired()).allMatch(image -> image.used().isBefore(NOW.minus(UnusedImages.KEEP)));
            assertThat(goes.stream().filter(KeptImage::ran))
                    .allSatisfy(image -> assertThat(stays)
                            .as("a newer one for the way back")
                            .anyMatch(other -> other.ran()
                                    && other.name().equals(image.name())
                                    && !running.contains(other.digest())
                                    && !other.used().isBefore(image.used())));
        }
    }
}
