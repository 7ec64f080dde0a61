package dev.holdfast.acceptance.fleet;

import dev.holdfast.common.address.HostPort;
import io.grpc.ManagedChannel;
import io.grpc.netty.NettyChannelBuilder;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.epoll.EpollSocketChannel;
import io.netty.handler.timeout.ReadTimeoutHandler;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** The few threads that all simulated agents share, and the managers' addresses. Each agent has a connection of its own. */
final class Network implements AutoCloseable {
    private static final int THREADS = 2;
    /** These as a real agent has them. */
    private static final Duration CONNECT = Duration.ofSeconds(3);

    private static final Duration SILENCE = Duration.ofSeconds(9);

    private final EventLoopGroup loops = new MultiThreadIoEventLoopGroup(THREADS, EpollIoHandler.newFactory());
    private final List<HostPort> managers;

    Network(List<String> managers) {
        this.managers = managers.stream().map(HostPort::parse).toList();
    }

    /** To the managers in turn. What it hears is told on the shared threads: whoever listens must not block. */
    ManagedChannel channel(int turn) {
        return NettyChannelBuilder.forAddress(
                        managers.get(turn % managers.size()).resolve())
                .usePlaintext()
                .eventLoopGroup(loops)
                .channelFactory(Network::socket)
                .directExecutor()
                .offloadExecutor(Runnable::run)
                .withOption(ChannelOption.CONNECT_TIMEOUT_MILLIS, (int) CONNECT.toMillis())
                .build();
    }

    /** A manager that says nothing for so long is dead. */
    private static EpollSocketChannel socket() {
        EpollSocketChannel socket = new EpollSocketChannel();
        socket.pipeline().addFirst(new ReadTimeoutHandler(SILENCE.toMillis(), TimeUnit.MILLISECONDS));
        return socket;
    }

    int managers() {
        return managers.size();
    }

    void after(Duration delay, Runnable task) {
        if (!loops.isShuttingDown()) {
            var _ = loops.schedule(task, delay.toNanos(), TimeUnit.NANOSECONDS);
        }
    }

    @Override
    public void close() {
        loops.shutdownGracefully(0, 5, TimeUnit.SECONDS).syncUninterruptibly();
    }
}
