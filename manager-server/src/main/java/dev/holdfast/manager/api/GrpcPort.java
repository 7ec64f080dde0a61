package dev.holdfast.manager.api;

import dev.holdfast.common.address.HostPort;
import io.grpc.BindableService;
import io.grpc.Server;
import io.grpc.ServerServiceDefinition;
import io.grpc.health.v1.HealthCheckResponse.ServingStatus;
import io.grpc.netty.NettyServerBuilder;
import io.grpc.protobuf.services.HealthStatusManager;
import io.grpc.protobuf.services.ProtoReflectionServiceV1;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;

/** A port that serves gRPC, with health and reflection. Services may block: every call has a virtual thread. */
public final class GrpcPort implements AutoCloseable {
    private static final int MAX_MESSAGE_BYTES = 16 * 1024 * 1024;
    /** A peer that is gone without a word is noticed after the sum of these. gRPC does not probe sooner than this. */
    private static final Duration PROBE_AFTER = Duration.ofSeconds(10);

    private static final Duration PROBE_TIMEOUT = Duration.ofSeconds(5);
    /** As often as a peer may probe. */
    private static final Duration PROBED_AT_MOST = Duration.ofSeconds(2);

    private static final Duration GRACE = Duration.ofMillis(500);
    private static final Duration PATIENCE = Duration.ofSeconds(5);

    private final HostPort address;
    private final Server server;
    private final HealthStatusManager health;
    private final ExecutorService threads;

    private GrpcPort(HostPort address, Server server, HealthStatusManager health, ExecutorService threads) {
        this.address = address;
        this.server = server;
        this.health = health;
        this.threads = threads;
    }

    /**
     * Begins to serve.
     *
     * @param address port 0 for any that is free
     * @throws IOException if the address cannot be listened on
     */
    public static GrpcPort open(HostPort address, List<BindableService> services) throws IOException {
        ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
        HealthStatusManager health = new HealthStatusManager();
        NettyServerBuilder builder = NettyServerBuilder.forAddress(address.resolve())
                .executor(threads)
                .intercept(new FailureInterceptor())
                .maxInboundMessageSize(MAX_MESSAGE_BYTES)
                .keepAliveTime(PROBE_AFTER.toMillis(), TimeUnit.MILLISECONDS)
                .keepAliveTimeout(PROBE_TIMEOUT.toMillis(), TimeUnit.MILLISECONDS)
                .permitKeepAliveTime(PROBED_AT_MOST.toMillis(), TimeUnit.MILLISECONDS)
                .permitKeepAliveWithoutCalls(true)
                .addService(health.getHealthService())
                .addService(ProtoReflectionServiceV1.newInstance());
        for (BindableService service : services) {
            ServerServiceDefinition definition = service.bindService();
            builder.addService(definition);
            health.setStatus(definition.getServiceDescriptor().getName(), ServingStatus.SERVING);
        }
        Server server = builder.build().start();
        return new GrpcPort(new HostPort(address.host(), server.getPort()), server, health, threads);
    }

    /** With the port that was chosen. */
    public HostPort address() {
        return address;
    }

    public void awaitClosed() throws InterruptedException {
        server.awaitTermination();
    }

    /** Lets unary calls end, cancels streams, and waits until nothing that a call began is running. */
    @Override
    public void close() {
        health.enterTerminalState();
        server.shutdown();
        try {
            if (!server.awaitTermination(GRACE.toMillis(), TimeUnit.MILLISECONDS)) {
                server.shutdownNow();
                server.awaitTermination(PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
            }
            threads.shutdown();
            if (!threads.awaitTermination(PATIENCE.toMillis(), TimeUnit.MILLISECONDS)) {
                threads.shutdownNow();
            }
        } catch (InterruptedException e) {
            server.shutdownNow();
            threads.shutdownNow();
            Thread.currentThread().interrupt();
        }
    }
}
