package dev.holdfast.common.bundle;

import dev.holdfast.common.text.Nearest;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Collections;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * What a bundle holds, by path: "bin/server".
 *
 * @param entries the directories above a file included
 */
public record BundleListing(SortedMap<String, BundleEntry> entries) {
    /** As path_resolution(7). */
    private static final int MAX_LINKS = 40;

    public BundleListing {
        entries = Collections.unmodifiableSortedMap(new TreeMap<>(entries));
    }

    /** The regular file at a path, links followed; empty when there is none. */
    public Optional<BundleEntry.File> file(String path) {
        return resolve("", path)
                .flatMap(at -> Optional.ofNullable(entries.get(at)))
                .filter(BundleEntry.File.class::isInstance)
                .map(BundleEntry.File.class::cast);
    }

    /** Why a relative path cannot be a manifest's exec, and what would be right; empty when it can. */
    public Optional<String> whyNotExecutable(String path) {
        Optional<BundleEntry.File> file = file(path);
        if (file.isEmpty()) {
            List<String> executables = entries.entrySet().stream()
                    .filter(entry -> entry.getValue() instanceof BundleEntry.File found && found.executable())
                    .map(Map.Entry::getKey)
                    .toList();
            String hint = Nearest.to(path, executables)
                    .map(near -> "; did you mean " + near + "?")
                    .orElse("");
            return Optional.of("'" + path + "' is not a file of the bundle" + hint);
        }
        return file.get().executable()
                ? Optional.empty()
                : Optional.of("'" + path + "' is in the bundle but is not executable; chmod +x it and pack again");
    }

    /** A link that leads out of the bundle, or in circles. */
    Optional<String> firstBadLink() {
        return entries.entrySet().stream()
                .filter(entry -> entry.getValue() instanceof BundleEntry.Link)
                .map(Map.Entry::getKey)
                .filter(path -> resolve("", path).isEmpty())
                .findFirst();
    }

    /** Walks as the kernel would with the bundle as root, but empty where it would step above the root. */
    private Optional<String> resolve(String from, String path) {
        Deque<String> todo = new ArrayDeque<>(Arrays.asList(path.split("/", -1)));
        String at = from;
        for (int links = 0; !todo.isEmpty(); ) {
            String step = todo.removeFirst();
            if (step.isEmpty() || step.equals(".")) {
                continue;
            }
            if (step.equals("..")) {
                if (at.isEmpty()) {
                    return Optional.empty();
                }
                at = parent(at);
                continue;
            }
            String next = at.isEmpty() ? step : at + "/" + step;
            @Nullable BundleEntry entry = entries.get(next);
            if (!(entry instanceof BundleEntry.Link(String target))) {
                at = next;
                continue;
            }
            links++;
            if (links > MAX_LINKS || target.startsWith("/")) {
                return Optional.empty();
            }
            List<String> steps = Arrays.asList(target.split("/", -1));
            steps.reversed().forEach(todo::addFirst);
        }
        return Optional.of(at);
    }

    static String parent(String path) {
        return path.substring(0, Math.max(0, path.lastIndexOf('/')));
    }
}
