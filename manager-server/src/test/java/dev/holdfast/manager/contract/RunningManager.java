package dev.holdfast.manager.contract;

import dev.holdfast.common.address.HostPort;
import dev.holdfast.manager.Manager;
import dev.holdfast.manager.ManagerConfig;
import io.grpc.ManagedChannel;
import io.grpc.netty.NettyChannelBuilder;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;

/** A manager in this JVM and a channel to its admin port. */
final class RunningManager implements Calls, AutoCloseable {
    /** For the agents of tests that let a manager wait in vain. */
    private static final Duration CHECK_PATIENCE = Duration.ofSeconds(3);

    private final String dbUrl;
    private final Path dataDir;
    private final Path siteDir;
    private Manager manager;
    private ManagedChannel channel;

    RunningManager(String dbUrl, Path dataDir) throws IOException {
        this(dbUrl, dataDir, dataDir.resolve("site"));
    }

    RunningManager(String dbUrl, Path dataDir, Path siteDir) throws IOException {
        this.dbUrl = dbUrl;
        this.dataDir = dataDir;
        this.siteDir = siteDir;
        manager = start();
        channel = channel(manager.admin());
    }

    private Manager start() throws IOException {
        HostPort any = new HostPort("127.0.0.1", 0);
        return Manager.start(new ManagerConfig(any, any, dataDir, siteDir, dbUrl, dataDir, CHECK_PATIENCE));
    }

    /** Another one on the same database and the same admin port. */
    void startSecond(Path otherDir) throws IOException {
        ManagerConfig config = new ManagerConfig(
                manager.admin(), new HostPort("127.0.0.1", 0), otherDir, siteDir, dbUrl, otherDir, CHECK_PATIENCE);
        Manager.start(config).close();
    }

    static ManagedChannel channel(HostPort address) {
        return NettyChannelBuilder.forAddress(address.resolve()).usePlaintext().build();
    }

    void restart() throws IOException {
        close();
        manager = start();
        channel = channel(manager.admin());
    }

    HostPort adminPort() {
        return manager.admin();
    }

    @Override
    public HostPort agentsPort() {
        return manager.agents();
    }

    Path dataDir() {
        return dataDir;
    }

    @Override
    public ManagedChannel channel() {
        return channel;
    }

    @Override
    public void close() {
        channel.shutdownNow();
        manager.close();
    }
}
