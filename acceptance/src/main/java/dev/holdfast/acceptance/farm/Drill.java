package dev.holdfast.acceptance.farm;

import dev.holdfast.acceptance.demo.Progress;
import dev.holdfast.acceptance.server.NginxServer;
import dev.holdfast.acceptance.server.RealServer;
import dev.holdfast.acceptance.server.RedisServer;
import dev.holdfast.proto.admin.v1.ConnectionOutcome;
import dev.holdfast.proto.admin.v1.Cycle;
import dev.holdfast.proto.admin.v1.Failures;
import dev.holdfast.proto.admin.v1.HostProgress;
import dev.holdfast.proto.admin.v1.Process;
import dev.holdfast.proto.admin.v1.Rollout;
import dev.holdfast.proto.admin.v1.Upgrade;
import dev.holdfast.proto.admin.v1.Waves;
import io.grpc.StatusException;
import java.io.IOException;
import java.util.List;

/**
 * Two upgrades in waves over a farm on one of whose hosts no second version starts: nginx with no failure allowed, so that
 * everything goes back; redis with one, so that the others go on.
 */
final class Drill {
    static final int FEWEST_HOSTS = 3;
    static final List<RealServer> SERVERS = List.of(new NginxServer(), new RedisServer());

    private static final int FIRST_PORT = 8080;
    /** By index: of the second wave, and not alone in it. */
    private static final int BROKEN = 2;

    private final Farm farm;
    private final int clients;
    private final Progress progress;
    private final FarmTally tally = new FarmTally();

    Drill(Farm farm, int clients, Progress progress) {
        this.farm = farm;
        this.clients = clients;
        this.progress = progress;
    }

    FarmResult run() throws IOException, InterruptedException, StatusException {
        FarmImage nginx = serve(SERVERS.getFirst(), FIRST_PORT);
        FarmImage redis = serve(SERVERS.getLast(), FIRST_PORT + 1);
        Failures none =
                Failures.newBuilder().setBudget("0").setAutoRollback(true).build();
        Failures one = Failures.newBuilder().setBudget("1").build();
        check(nginx, upgrade(nginx, none), false);
        check(redis, upgrade(redis, one), true);
        progress.say("each connection is asked once more");
        for (FarmServer server : farm.servers()) {
            tally.count(server.finishLasting(), server.finishComing());
        }
        return tally.result(farm.hosts().size());
    }

    private FarmImage serve(RealServer server, int port) throws IOException, InterruptedException, StatusException {
        FarmImage image = farm.serve(server, port, clients);
        for (int i = 0; i < farm.hosts().size(); i++) {
            if (i != BROKEN) {
                farm.hosts().get(i).prepareFor(image);
            }
        }
        progress.say("%s runs on %d hosts, with %,d clients each"
                .formatted(server.name(), farm.hosts().size(), clients));
        return image;
    }

    private Upgrade upgrade(FarmImage image, Failures failures) throws InterruptedException {
        Rollout rollout = Rollout.newBuilder()
                .setWaves(Waves.newBuilder().setCanary("1").setBatch("50%"))
                .setFailures(failures)
                .build();
        String name = image.server().name();
        progress.say("upgrading %s to %s".formatted(name, image.to().version()));
        Upgrade begun = farm.begin(image, rollout);
        Upgrade ended = farm.admin().watch(begun.getId(), event -> {
            if (event.getCycleId().isEmpty()) {
                progress.say("  %s %s %s".formatted(event.getHost(), event.getState(), event.getDetail()));
            }
        });
        List<ConnectionOutcome> outcomes = farm.admin().outcomes(ended.getId());
        for (Cycle cycle : ended.getCyclesList()) {
            for (FarmServer server : farm.servers(image)) {
                if (server.processId().equals(cycle.getProcessId())) {
                    tally.disagree(server.disagreements(cycle, outcomes));
                }
            }
        }
        tally.states(name, ended);
        return ended;
    }

    /** The broken host is on the old version in any case, and has failed; where the others are is told by the budget. */
    private void check(FarmImage image, Upgrade ended, boolean goesOn) {
        String name = image.server().name();
        tally.expect(name + "'s upgrade", Upgrade.State.STATE_REVERTED, ended.getState());
        FarmServer broken = farm.servers(image).get(BROKEN);
        for (int wave = 0; wave < ended.getWavesCount(); wave++) {
            for (HostProgress host : ended.getWaves(wave).getHostsList()) {
                boolean failed = host.getHost().equals(broken.host().name());
                HostProgress.State state = failed ? HostProgress.State.STATE_FAILED : others(goesOn, wave);
                tally.expect(name + " on " + host.getHost(), state, host.getState());
            }
        }
        for (FarmServer server : farm.servers(image)) {
            boolean upgraded = goesOn && !server.equals(broken);
            String where = name + " on " + server.host().name();
            Process process = farm.admin().process(server.processId());
            tally.expect(where, Process.State.STATE_RUNNING, process.getState());
            tally.expect(where + " runs", (upgraded ? image.to() : image.from()).version(), process.getImageVersion());
        }
    }

    /** Where a host ends on which the new version starts. */
    private static HostProgress.State others(boolean goesOn, int wave) {
        if (goesOn) {
            return HostProgress.State.STATE_UPGRADED;
        }
        return wave < 2 ? HostProgress.State.STATE_RETURNED : HostProgress.State.STATE_SKIPPED;
    }
}
