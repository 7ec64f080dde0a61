package dev.holdfast.acceptance.farm;

import dev.holdfast.acceptance.admin.Admin;
import dev.holdfast.acceptance.process.Holds;
import dev.holdfast.acceptance.process.Installation;
import dev.holdfast.acceptance.server.RealServer;
import dev.holdfast.proto.admin.v1.Process;
import dev.holdfast.proto.admin.v1.Rollout;
import dev.holdfast.proto.admin.v1.Upgrade;
import io.grpc.StatusException;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;

/** A manager and hosts, each with an agent in a network of its own; servers of one tenant on all of them. */
final class Farm implements AutoCloseable {
    private static final String TENANT = "farm";
    private static final Duration STARTED_WITHIN = Duration.ofSeconds(90);
    private static final long SEED = 1;

    private final Network network;
    private final Installation installation;
    private final List<FarmHost> hosts = new ArrayList<>();
    private final List<FarmServer> servers = new ArrayList<>();
    private final SplittableRandom random = new SplittableRandom(SEED);

    private Farm(Network network, Installation installation) {
        this.network = network;
        this.installation = installation;
    }

    /** Starts a manager and so many agents. */
    static Farm start(int hosts) throws IOException, InterruptedException {
        Network network = Network.open();
        Farm farm;
        try {
            farm = new Farm(network, Installation.start(network.managerAddress()));
        } catch (IOException | InterruptedException | RuntimeException e) {
            network.close();
            throw e;
        }
        try {
            for (int i = 1; i <= hosts; i++) {
                farm.startHost("host-" + i);
            }
            return farm;
        } catch (IOException | InterruptedException | RuntimeException e) {
            farm.close();
            throw e;
        }
    }

    private void startHost(String name) throws IOException, InterruptedException {
        Holds holds = installation.holds(name);
        hosts.add(FarmHost.start(installation, network.addHost(), name, List.of(holds.option())));
        if (hosts.size() == 1) {
            admin().createTenant(TENANT, name);
        } else {
            admin().assign(TENANT, name);
        }
    }

    /** Publishes both versions of a server, starts the first on all hosts and connects so many clients to each. */
    FarmImage serve(RealServer server, int port, int clients)
            throws IOException, InterruptedException, StatusException {
        FarmImage image = FarmImage.of(installation, server, port);
        var _ = admin().publish(TENANT, server.name(), image.from());
        var _ = admin().publish(TENANT, server.name(), image.to());
        List<String> started = new ArrayList<>();
        for (FarmHost host : hosts) {
            started.add(admin().startProcess(TENANT, server.name(), image.from().version(), host.name())
                    .getId());
        }
        for (int i = 0; i < hosts.size(); i++) {
            awaitRunning(started.get(i));
            servers.add(FarmServer.connect(image, hosts.get(i), started.get(i), clients, random.split()));
        }
        return image;
    }

    private void awaitRunning(String process) throws IOException, InterruptedException {
        long deadline = System.nanoTime() + STARTED_WITHIN.toNanos();
        while (true) {
            Process now = admin().process(process);
            if (now.getState() == Process.State.STATE_RUNNING) {
                return;
            }
            if (now.getState() == Process.State.STATE_FAILED || System.nanoTime() > deadline) {
                throw new IOException("a server does not run on %s: %s".formatted(now.getHost(), now.getDetail()));
            }
            Thread.sleep(20);
        }
    }

    /** Begins to upgrade a server on all hosts. */
    Upgrade begin(FarmImage image, Rollout rollout) {
        return admin().startUpgrade(TENANT, image.server().name(), image.to().version(), rollout);
    }

    Admin admin() {
        return installation.admin();
    }

    Holds holds(FarmHost host) throws IOException {
        return installation.holds(host.name());
    }

    List<FarmHost> hosts() {
        return hosts;
    }

    List<FarmServer> servers() {
        return servers;
    }

    /** The image's servers, in the order of the hosts. */
    List<FarmServer> servers(FarmImage image) {
        return servers.stream().filter(server -> server.image().equals(image)).toList();
    }

    /** The last lines that manager and agents wrote. */
    String logs() {
        return installation.logs();
    }

    /** Whether it is being stopped, as by Ctrl-C. */
    boolean stopped() {
        return installation.stopped();
    }

    @Override
    public void close() {
        servers.forEach(FarmServer::close);
        installation.close();
        network.close();
    }
}
