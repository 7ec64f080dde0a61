package dev.holdfast.acceptance.trial;

import dev.holdfast.acceptance.admin.Admin;
import dev.holdfast.acceptance.load.Load;
import dev.holdfast.acceptance.process.Installation;
import dev.holdfast.acceptance.server.Listen;
import dev.holdfast.acceptance.server.RealServer;
import dev.holdfast.acceptance.server.ServerImage;
import dev.holdfast.acceptance.server.Version;
import dev.holdfast.proto.admin.v1.Process;
import dev.holdfast.proto.admin.v1.Upgrade;
import dev.holdfast.proto.admin.v1.UpgradeEvent;
import io.grpc.StatusException;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;

/** A server that runs version A under an agent, with version B published and ready to replace it. */
public final class Trial implements AutoCloseable {
    private static final AtomicInteger STARTED = new AtomicInteger();

    private static final Duration PATIENCE = Duration.ofSeconds(60);

    private final Admin admin;
    private final RealServer server;
    private final Listen listen;
    private final String tenant;
    private final ServerImage from;
    private final ServerImage to;
    private final String processId;

    private Trial(
            Admin admin,
            RealServer server,
            Listen listen,
            String tenant,
            ServerImage from,
            ServerImage to,
            String processId) {
        this.admin = admin;
        this.server = server;
        this.listen = listen;
        this.tenant = tenant;
        this.from = from;
        this.to = to;
        this.processId = processId;
    }

    /** Starts a server as the catalogue gives it. */
    public static Trial start(Installation installation, String host, RealServer server, Listen listen)
            throws IOException, InterruptedException, StatusException {
        return start(installation, host, server, listen, image -> image);
    }

    /**
     * Publishes both versions for a tenant of the trial's own, starts A and waits until it is running.
     *
     * @param change made to both images first
     * @throws IOException when it does not run, with the reason
     */
    public static Trial start(
            Installation installation, String host, RealServer server, Listen listen, UnaryOperator<ServerImage> change)
            throws IOException, InterruptedException, StatusException {
        Admin admin = installation.admin();
        // A port may come again.
        String tenant = "trial-" + server.name() + "-" + STARTED.incrementAndGet() + "-" + listen.port();
        Path work = installation.workDirectory(tenant);
        ServerImage from = change.apply(server.image(Version.A, listen, work));
        ServerImage to = change.apply(server.image(Version.B, listen, work));
        admin.createTenant(tenant, host);
        var _ = admin.publish(tenant, server.name(), from);
        var _ = admin.publish(tenant, server.name(), to);
        String id =
                admin.startProcess(tenant, server.name(), from.version(), host).getId();
        Trial trial = new Trial(admin, server, listen, tenant, from, to, id);
        Process process = trial.awaitDecided();
        if (process.getState() != Process.State.STATE_RUNNING) {
            throw new IOException(server.name() + " " + from.version() + " does not run: " + process.getDetail());
        }
        return trial;
    }

    private Process awaitDecided() throws InterruptedException {
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        while (true) {
            Process process = process();
            boolean decided = switch (process.getState()) {
                case STATE_RUNNING, STATE_FAILED, STATE_EXITED, STATE_STOPPED -> true;
                case STATE_UNSPECIFIED, STATE_REQUESTED, STATE_STARTING, STATE_STOPPING, UNRECOGNIZED -> false;
            };
            if (decided || System.nanoTime() > deadline) {
                return process;
            }
            Thread.sleep(20);
        }
    }

    public RealServer server() {
        return server;
    }

    public Listen listen() {
        return listen;
    }

    public ServerImage from() {
        return from;
    }

    public ServerImage to() {
        return to;
    }

    /** The server's process as the manager knows it now. */
    public Process process() {
        return admin.process(processId);
    }

    /** Connects clients, each of which has had its first answer when this returns. */
    public Load connect(int clients) throws IOException, InterruptedException {
        return Load.openAsking(listen.socketAddress(), server.protocol(), clients, server.backlog());
    }

    /** Upgrades to B and says how that ended. */
    public Upgrade upgrade(Consumer<UpgradeEvent> events) {
        return upgradeTo(to.version(), events);
    }

    /** Begins to upgrade to B. */
    public Upgrade begin() {
        return begin(to.version());
    }

    /** Begins to upgrade to another published version. */
    public Upgrade begin(String version) {
        return admin.startUpgrade(tenant, server.name(), version);
    }

    /** Upgrades to another published version and says how that ended. */
    public Upgrade upgradeTo(String version, Consumer<UpgradeEvent> events) {
        return admin.watch(begin(version).getId(), events);
    }

    /** Publishes another version. */
    public void publish(ServerImage image) throws IOException, InterruptedException, StatusException {
        var _ = admin.publish(tenant, server.name(), image);
    }

    /** Asks for the server's end. */
    @Override
    public void close() {
        admin.stopProcess(processId);
    }
}
