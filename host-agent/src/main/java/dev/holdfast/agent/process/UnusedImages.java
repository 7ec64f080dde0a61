package dev.holdfast.agent.process;

import static java.util.Comparator.comparing;
import static java.util.stream.Collectors.toMap;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.BinaryOperator;

/**
 * Which unpacked bundles can go. Those stay that a process runs, and the one of each image that ran before, for the way
 * back.
 *
 * @param expired not used for long
 * @param spare used lately, the oldest first: they go only when there is no room
 */
record UnusedImages(List<KeptImage> expired, List<KeptImage> spare) {
    static final Duration KEEP = Duration.ofDays(7);
    /** Whoever has just fetched it is about to use it. */
    static final Duration LEASE = Duration.ofHours(1);

    static UnusedImages of(List<KeptImage> images, Set<String> running, Instant now) {
        List<KeptImage> idle = images.stream()
                .filter(image -> !running.contains(image.digest()))
                .sorted(comparing(KeptImage::used).thenComparing(KeptImage::digest))
                .toList();
        Map<String, KeptImage> previous = idle.stream()
                .filter(KeptImage::ran)
                .collect(toMap(KeptImage::name, image -> image, BinaryOperator.maxBy(comparing(KeptImage::used))));
        List<KeptImage> free = idle.stream()
                .filter(image -> !previous.containsValue(image))
                .filter(image -> image.used().isBefore(now.minus(LEASE)))
                .toList();
        Instant limit = now.minus(KEEP);
        return new UnusedImages(
                free.stream().filter(image -> image.used().isBefore(limit)).toList(),
                free.stream().filter(image -> !image.used().isBefore(limit)).toList());
    }
}
