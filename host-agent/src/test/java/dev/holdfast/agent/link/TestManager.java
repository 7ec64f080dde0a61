package dev.holdfast.agent.link;

import com.google.protobuf.ByteString;
import dev.holdfast.proto.agent.v1.AgentServiceGrpc;
import dev.holdfast.proto.agent.v1.CheckReport;
import dev.holdfast.proto.agent.v1.ConnectRequest;
import dev.holdfast.proto.agent.v1.ConnectResponse;
import dev.holdfast.proto.agent.v1.CycleReport;
import dev.holdfast.proto.agent.v1.DownloadBundleRequest;
import dev.holdfast.proto.agent.v1.DownloadBundleResponse;
import dev.holdfast.proto.agent.v1.Heard;
import dev.holdfast.proto.agent.v1.ProcessTable;
import dev.holdfast.proto.agent.v1.Registered;
import dev.holdfast.proto.agent.v1.Registration;
import dev.holdfast.proto.agent.v1.ServerProcess;
import dev.holdfast.proto.agent.v1.StageReport;
import io.grpc.Server;
import io.grpc.Status;
import io.grpc.netty.NettyServerBuilder;
import io.grpc.stub.StreamObserver;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** The manager's side of the contract, on a real socket: registers every agent and remembers what it hears. */
public final class TestManager extends AgentServiceGrpc.AgentServiceImplBase {
    public final List<Registration> registrations = new CopyOnWriteArrayList<>();
    public final List<ProcessTable> tables = new CopyOnWriteArrayList<>();
    public final List<CycleReport> reports = new CopyOnWriteArrayList<>();

    public final List<CheckReport> checks = new CopyOnWriteArrayList<>();

    public final List<StageReport> stages = new CopyOnWriteArrayList<>();

    private final EventLoopGroup network = new MultiThreadIoEventLoopGroup(1, NioIoHandler.newFactory());
    private final CountDownLatch thaw = new CountDownLatch(1);
    private final Server server;
    private final @Nullable Path bundle;
    private volatile @Nullable StreamObserver<ConnectResponse> agent;

    /**
     * Begins to serve.
     *
     * @param port 0 for any
     * @param bundle the one that there is
     */
    public TestManager(int port, @Nullable Path bundle) throws IOException {
        this.bundle = bundle;
        server = NettyServerBuilder.forAddress(new InetSocketAddress(InetAddress.getLoopbackAddress(), port))
                .bossEventLoopGroup(network)
                .workerEventLoopGroup(network)
                .channelType(NioServerSocketChannel.class)
                .permitKeepAliveTime(1, TimeUnit.SECONDS)
                .keepAliveTime(2, TimeUnit.SECONDS)
                .addService(this)
                .build()
                .start();
    }

    public int port() {
        return server.getPort();
    }

    @Override
    public StreamObserver<ConnectRequest> connect(StreamObserver<ConnectResponse> responses) {
        return new StreamObserver<>() {
            @Override
            public void onNext(ConnectRequest message) {
                switch (message.getMessageCase()) {
                    case REGISTRATION -> {
                        agent = responses;
                        send(
                                ConnectResponse.newBuilder()
                                        .setRegistered(Registered.newBuilder().setHostId("host-1"))
                                        .build(),
                                responses);
                        registrations.add(message.getRegistration());
                    }
                    case PROCESS_TABLE -> {
                        tables.add(message.getProcessTable());
                        send(
                                ConnectResponse.newBuilder()
                                        .setHeard(Heard.getDefaultInstance())
                                        .build(),
                                responses);
                    }
                    case CYCLE_REPORT -> reports.add(message.getCycleReport());
                    case CHECK_REPORT -> checks.add(message.getCheckReport());
                    case STAGE_REPORT -> stages.add(message.getStageReport());
                    case CYCLE_PROGRESS, MESSAGE_NOT_SET -> throw new IllegalStateException("unexpected: " + message);
                }
            }

            @Override
            public void onError(Throwable broken) {}

            @Override
            public void onCompleted() {
                responses.onCompleted();
            }
        };
    }

    @Override
    public void downloadBundle(DownloadBundleRequest request, StreamObserver<DownloadBundleResponse> agent) {
        try {
            if (bundle == null) {
                agent.onError(Status.NOT_FOUND
                        .withDescription("there is no bundle " + request.getDigest())
                        .asRuntimeException());
                return;
            }
            byte[] all = Files.readAllBytes(bundle);
            byte[] rest = Arrays.copyOfRange(all, (int) request.getOffset(), all.length);
            for (int at = 0; at < rest.length; at += 100) {
                agent.onNext(DownloadBundleResponse.newBuilder()
                        .setData(ByteString.copyFrom(rest, at, Math.min(100, rest.length - at)))
                        .build());
            }
            agent.onCompleted();
        } catch (IOException e) {
            agent.onError(Status.INTERNAL.withCause(e).asRuntimeException());
        }
    }

    public void send(ConnectResponse command) {
        StreamObserver<ConnectResponse> to = agent;
        if (to == null) {
            throw new IllegalStateException("no agent has registered");
        }
        send(command, to);
    }

    /** From the test's thread and from the network's. */
    private static void send(ConnectResponse message, StreamObserver<ConnectResponse> to) {
        synchronized (to) {
            to.onNext(message);
        }
    }

    /** What the last table said of a process. */
    public Optional<ServerProcess> process(String id) {
        return tables.isEmpty()
                ? Optional.empty()
                : tables.getLast().getProcessesList().stream()
                        .filter(process -> process.getProcessId().equals(id))
                        .findFirst();
    }

    /** From now on it says nothing any more, as a manager that is stopped or whose host has lost its power. */
    public void freeze() {
        network.execute(() -> {
            try {
                thaw.await();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        });
    }

    /**
     * Ends all connections at once, as a manager that dies. Its port is free then: the kernel closes a channel that
     * a selector knows only when that selector is asked again or closed, after the server says that it is over.
     */
    public void close() throws InterruptedException {
        thaw.countDown();
        server.shutdownNow().awaitTermination();
        network.shutdownGracefully(0, 1, TimeUnit.SECONDS).await();
    }
}
