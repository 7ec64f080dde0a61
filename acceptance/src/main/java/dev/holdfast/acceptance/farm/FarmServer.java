package dev.holdfast.acceptance.farm;

import dev.holdfast.acceptance.load.Habit;
import dev.holdfast.acceptance.load.Load;
import dev.holdfast.acceptance.load.LoadReport;
import dev.holdfast.acceptance.load.Newcomers;
import dev.holdfast.acceptance.torture.Mix;
import dev.holdfast.acceptance.trial.Comparison;
import dev.holdfast.proto.admin.v1.ConnectionOutcome;
import dev.holdfast.proto.admin.v1.Cycle;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;

/** One server on one host, with its clients. */
record FarmServer(FarmImage image, FarmHost host, String processId, Load load, Newcomers newcomers)
        implements AutoCloseable {
    private static final Set<String> KINDS = Set.of("thinking", "halting", "pipelining", "idle");
    private static final Duration NEWCOMER_PAUSE = Duration.ofMillis(200);
    /** Longer than a client's TCP may wait before it sends again, RFC 6298, (5.5). */
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    private static final Duration LONG_WAIT = Duration.ofSeconds(5);

    /** For a server that runs. */
    static FarmServer connect(FarmImage image, FarmHost host, String processId, int clients, SplittableRandom random)
            throws IOException, InterruptedException {
        var address = new InetSocketAddress(InetAddress.ofLiteral(host.network().address()), image.port());
        List<Habit> habits = Mix.of(image.server(), KINDS, clients, random);
        Load load = Load.live(address, habits, image.server().backlog());
        var newcomers = Newcomers.start(address, image.server().protocol(), 1, NEWCOMER_PAUSE);
        return new FarmServer(image, host, processId, load, newcomers);
    }

    /** What the clients saw beside what is reported of a cycle here, once nobody has been waiting for long. */
    List<String> disagreements(Cycle cycle, List<ConnectionOutcome> outcomes) throws InterruptedException {
        List<ConnectionOutcome> own = outcomes.stream()
                .filter(outcome -> outcome.getCycleId().equals(cycle.getId()))
                .toList();
        if (cycle.getState() == Cycle.State.STATE_ABORTED && own.isEmpty()) {
            return List.of();
        }
        if (!load.awaitNobodyWaits(LONG_WAIT, PATIENCE)) {
            load.endOverdue(LONG_WAIT);
        }
        return Comparison.of(load.report(), cycle, own).disagreements().stream()
                .map(text ->
                        "%s on %s, cycle %s: %s".formatted(image.server().name(), host.name(), cycle.getId(), text))
                .toList();
    }

    /** Nobody comes any more. */
    LoadReport finishComing() throws InterruptedException {
        return newcomers.finish(PATIENCE);
    }

    /** Ends the load, after each connection has answered once more. */
    LoadReport finishLasting() throws InterruptedException {
        return load.finish(PATIENCE);
    }

    @Override
    public void close() {
        newcomers.close();
        load.close();
    }
}
