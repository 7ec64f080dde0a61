package dev.holdfast.acceptance.torture;

import static java.util.stream.Collectors.toCollection;

import dev.holdfast.acceptance.load.Habit;
import dev.holdfast.acceptance.load.Protocol;
import dev.holdfast.acceptance.load.Task;
import dev.holdfast.acceptance.server.RealServer;
import dev.holdfast.acceptance.server.ShopServer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.random.RandomGenerator;
import java.util.stream.IntStream;

/** Which clients a server gets. */
public final class Mix {
    private Mix() {}

    /**
     * So many clients, of which each kind has about the same share.
     *
     * @param only these kinds; all of them when it is empty
     */
    public static List<Habit> of(RealServer server, Set<String> only, int clients, RandomGenerator random) {
        return IntStream.range(0, clients)
                .mapToObj(i -> pick(
                        kinds(server, random).stream()
                                .filter(habit -> only.isEmpty() || only.contains(habit.kind()))
                                .toList(),
                        random))
                .toList();
    }

    /** The names of a server's kinds. */
    static Set<String> kinds(RealServer server) {
        return kinds(server, new SplittableRandom(0)).stream()
                .map(Habit::kind)
                .collect(toCollection(LinkedHashSet::new));
    }

    private static Habit pick(List<Habit> kinds, RandomGenerator random) {
        return kinds.get(random.nextInt(kinds.size()));
    }

    private static List<Habit> kinds(RealServer server, RandomGenerator random) {
        Protocol protocol = server.protocol();
        List<Habit> kinds = new ArrayList<>(List.of(
                Habit.loop("busy", protocol, Duration.ZERO),
                Habit.loop("thinking", protocol, millis(random, 5, 500)),
                Habit.loop("thinking", protocol, millis(random, 5, 500)),
                Habit.loop("halting", protocol, millis(random, 5, 200))
                        .inPieces(random.nextInt(2, 5), millis(random, 5, 150)),
                Habit.idle("idle", protocol)));
        if (server.takesPipelines()) {
            kinds.add(Habit.loop("pipelining", protocol, millis(random, 5, 200)).pipelined(random.nextInt(2, 9)));
        }
        if (server instanceof ShopServer) {
            kinds.add(Habit.loop("slow", Task.slow(), millis(random, 5, 500)));
            kinds.add(Habit.loop("streaming", Task.stream(), millis(random, 5, 500)));
            kinds.add(Habit.loop("uploading", Task.upload(), millis(random, 50, 500))
                    .inPieces(random.nextInt(2, 9), millis(random, 5, 100)));
        }
        server.largeAnswers().ifPresent(task -> kinds.add(Habit.loop("downloading", task, millis(random, 50, 500))));
        return kinds;
    }

    private static Duration millis(RandomGenerator random, int least, int most) {
        return Duration.ofMillis(random.nextInt(least, most));
    }
}
