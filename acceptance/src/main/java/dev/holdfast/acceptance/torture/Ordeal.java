package dev.holdfast.acceptance.torture;

import static java.util.stream.Collectors.joining;
import static java.util.stream.Collectors.toMap;
import static java.util.stream.Collectors.toSet;

import dev.holdfast.acceptance.demo.Progress;
import dev.holdfast.acceptance.load.ClientReport;
import dev.holdfast.acceptance.load.Load;
import dev.holdfast.acceptance.load.LoadReport;
import dev.holdfast.acceptance.load.Newcomers;
import dev.holdfast.acceptance.load.Peer;
import dev.holdfast.acceptance.process.Deaths;
import dev.holdfast.acceptance.process.Holds;
import dev.holdfast.acceptance.process.Installation;
import dev.holdfast.acceptance.server.Listen;
import dev.holdfast.acceptance.server.RealServer;
import dev.holdfast.acceptance.trial.Comparison;
import dev.holdfast.acceptance.trial.StartChoice;
import dev.holdfast.acceptance.trial.StepTimes;
import dev.holdfast.acceptance.trial.Trial;
import dev.holdfast.common.manifest.Takeover;
import dev.holdfast.proto.admin.v1.ConnectionOutcome;
import dev.holdfast.proto.admin.v1.Cycle;
import dev.holdfast.proto.admin.v1.Upgrade;
import io.grpc.StatusException;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SplittableRandom;

/** One server under clients of every kind, upgraded from version to version and back, again and again. */
final class Ordeal {
    /** Longer than the slowest answer takes. */
    private static final Duration LONG_WAIT = Duration.ofSeconds(5);
    /** Longer than a client's TCP may wait before it sends again what a paused server did not take, RFC 6298, (5.5). */
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    private static final Duration NEWCOMERS_PAUSE = Duration.ofMillis(20);
    private static final int CLIENTS_PER_NEWCOMER = 25;
    private static final int LONGEST_REST_MILLIS = 300;
    private static final String NOTHING = "nothing";

    private final Installation installation;
    private final String host;
    private final Holds holds;
    private final Plan plan;
    private final Progress progress;
    private final Failures failures;
    private final Optional<Assault> assault;
    private final Tally tally = new Tally();
    private final SplittableRandom random;
    /** What was last reported of a connection, by its client's address. */
    private final Map<InetSocketAddress, String> reported = new HashMap<>();
    /** Whether a server was killed in the last upgrade, and with it what it had accepted since it was held. */
    private boolean struck;
    /** In the last upgrade. */
    private int kills;

    /**
     * What is to be done.
     *
     * @param kinds of clients; all of them when it is empty
     */
    record Plan(
            RealServer server,
            Set<String> kinds,
            int clients,
            int upgrades,
            Takeover.Start start,
            Victim victim,
            At at,
            long seed) {}

    /** On a host whose agent can be held up. */
    Ordeal(Installation installation, String host, Holds holds, Plan plan, Progress progress, Failures failures) {
        this.installation = installation;
        this.host = host;
        this.holds = holds;
        this.plan = plan;
        this.progress = progress;
        this.failures = failures;
        this.assault = plan.at() == At.CALLS ? Optional.of(assault(plan.victim())) : Optional.empty();
        this.random = new SplittableRandom(plan.seed());
    }

    private Assault assault(Victim victim) {
        Deaths deaths = installation.deaths(host);
        return victim == Victim.SERVER
                ? new Exposed(installation, host, holds, deaths)
                : new Mortal(installation, host, holds, deaths);
    }

    TortureResult run() throws IOException, InterruptedException, StatusException {
        RealServer server = plan.server();
        Listen listen = Listen.freeIpv4();
        try (Trial trial = Trial.start(
                        installation,
                        host,
                        server,
                        listen,
                        image -> image.withTakeover("start", StartChoice.word(plan.start())));
                Load load = Load.live(
                        listen.socketAddress(),
                        Mix.of(server, plan.kinds(), plan.clients(), random.split()),
                        server.backlog());
                Newcomers newcomers = Newcomers.start(
                        listen.socketAddress(),
                        server.protocol(),
                        Math.ceilDiv(plan.clients(), CLIENTS_PER_NEWCOMER),
                        NEWCOMERS_PAUSE)) {
            progress.say(
                    "%,d clients are connected to %s; seed %d".formatted(plan.clients(), server.name(), plan.seed()));
            int number = 1;
            while (number <= plan.upgrades() && upgrade(number, trial, load, newcomers)) {
                number++;
            }
            count(newcomers.finish(PATIENCE), plan.upgrades());
            count(load.finish(PATIENCE), plan.upgrades());
            return tally.result(server.name(), plan.seed());
        }
    }

    /** False when there is no server any more. */
    private boolean upgrade(int number, Trial trial, Load load, Newcomers newcomers)
            throws IOException, InterruptedException {
        List<Blow> blows = Blow.of(plan.victim(), plan.at(), number, random.split());
        Killer killer = new Killer(installation, host, holds, blows);
        Thread.sleep(random.nextInt(LONGEST_REST_MILLIS));
        Set<InetSocketAddress> before = living(load.report());
        String running = trial.process().getImageVersion();
        String next = running.equals(trial.to().version())
                ? trial.from().version()
                : trial.to().version();
        // Where nobody comes, connections that sleep are looked at when their server is dead.
        newcomers.stayAway(new SplittableRandom(plan.seed() + number).nextBoolean());
        killer.prepare();
        if (assault.isPresent()) {
            assault.get().prepare();
        }
        Upgrade begun = trial.begin(next);
        if (begun.getCyclesCount() == 0) {
            tally.disagree(1);
            failures.disagreement("no server runs, and the upgrade before says otherwise", number);
            return false;
        }
        JournalCopy journal = journal(begun);
        killer.follow(journal, () -> installation.admin().abortUpgrade(begun.getId()));
        assault.ifPresent(all -> all.follow(journal));
        Upgrade upgrade = installation.admin().watch(begun.getId(), _ -> journal.take());
        List<Blow> fallen = new ArrayList<>(killer.await());
        if (assault.isPresent()) {
            fallen.addAll(assault.get().await());
        }
        if (installation.stopped()) {
            throw new IOException("stopped: what clients see now is not the upgrade's doing");
        }
        List<ConnectionOutcome> outcomes = installation.admin().outcomes(upgrade.getId());
        tally.upgrade(upgrade, fallen.size());
        failures.upgraded(upgrade, journal);
        kills = (int)
                fallen.stream().filter(blow -> blow.victim() != Victim.UPGRADE).count();
        struck = fallen.stream().map(Blow::victim).anyMatch(Victim.SERVER::equals);
        reported.clear();
        reported.putAll(outcomes.stream()
                .collect(toMap(outcome -> Peer.parse(outcome.getPeer()), Ordeal::words, (one, other) -> other)));
        agree(number, load.report(), before, upgrade, outcomes);
        if (!load.awaitNobodyWaits(LONG_WAIT, PATIENCE)) {
            load.endOverdue(LONG_WAIT);
        }
        count(load.replaceLost(), number);
        count(newcomers.reportAndForget(), number);
        progress.say("%d of %d: %s to %s in %,.0f ms%s%s"
                .formatted(
                        number,
                        plan.upgrades(),
                        Tally.state(upgrade),
                        next,
                        StepTimes.of(upgrade).millis().values().stream()
                                .mapToDouble(Double::doubleValue)
                                .sum(),
                        fallen.stream().map(blow -> ", " + blow).collect(joining()),
                        reasons(upgrade, load.report())));
        return true;
    }

    private JournalCopy journal(Upgrade upgrade) throws IOException {
        String cycle = upgrade.getCycles(0).getId();
        return new JournalCopy(
                installation.journal(host, cycle),
                installation.workDirectory("journals").resolve(cycle));
    }

    /** An upgrade that was undone before anything was held has nothing to report. */
    private void agree(
            int number,
            LoadReport now,
            Set<InetSocketAddress> before,
            Upgrade upgrade,
            List<ConnectionOutcome> outcomes) {
        if (upgrade.getState() == Upgrade.State.STATE_ABORTED && outcomes.isEmpty()) {
            return;
        }
        LoadReport same = new LoadReport(now.clients().stream()
                .filter(client -> before.contains(client.local()))
                .toList());
        Comparison comparison = Comparison.of(same, upgrade, outcomes);
        comparison.disagreements().forEach(text -> failures.disagreement(text, number));
        tally.disagree(comparison.disagreements().size());
    }

    private void count(LoadReport report, int upgrade) {
        for (ClientReport client : report.clients()) {
            String outcome = reported.getOrDefault(client.local(), NOTHING);
            Excuse excuse = struck && outcome.equals(NOTHING) ? Excuse.OWED : Excuse.of(outcome, kills);
            if (!tally.client(client, excuse)) {
                failures.client(client, upgrade, outcome);
            }
        }
    }

    private static Set<InetSocketAddress> living(LoadReport report) {
        return report.clients().stream()
                .filter(ClientReport::kept)
                .map(ClientReport::local)
                .collect(toSet());
    }

    private static String words(ConnectionOutcome outcome) {
        return outcome.getReason().isEmpty() ? outcome.getOutcome() : outcome.getOutcome() + ", " + outcome.getReason();
    }

    /** Why it ended otherwise; where a client's address is named, with the client's kind. */
    private static String reasons(Upgrade upgrade, LoadReport load) {
        String reasons = upgrade.getCyclesList().stream()
                .map(Cycle::getReason)
                .filter(reason -> !reason.isEmpty())
                .reduce("", (all, reason) -> all + ": " + reason);
        return load.clients().stream()
                .filter(client -> reasons.contains(client.local() + ":"))
                .reduce(reasons, (text, client) -> text + " (" + client.kind() + ")", (one, other) -> one);
    }
}
