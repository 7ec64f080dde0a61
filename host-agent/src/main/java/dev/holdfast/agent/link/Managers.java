package dev.holdfast.agent.link;

import dev.holdfast.common.address.HostPort;
import io.grpc.ManagedChannel;
import io.grpc.netty.NettyChannelBuilder;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioSocketChannel;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;

/**
 * The managers that the agent knows, in an order of its own, and the one that it is with. A channel connects only when it is
 * used.
 */
public final class Managers implements AutoCloseable {
    private static final Duration CONNECT = Duration.ofSeconds(3);
    private static final Duration GRACE = Duration.ofSeconds(2);

    private final EventLoopGroup loop = new MultiThreadIoEventLoopGroup(1, NioIoHandler.newFactory());
    private final List<Manager> all = new ArrayList<>();
    private volatile Manager current;
    /** One after the other, since one was of use. */
    private int failed;

    /** @param random agents that are started together do not all go to the same one */
    public Managers(List<HostPort> addresses, Random random) {
        addresses.forEach(address -> all.add(new Manager(address, channel(address))));
        Collections.shuffle(all, random);
        current = all.getFirst();
    }

    /** Where a manager is, and the way to it. */
    record Manager(HostPort address, ManagedChannel channel) {}

    private ManagedChannel channel(HostPort address) {
        return NettyChannelBuilder.forAddress(address.host(), address.port())
                .usePlaintext()
                .eventLoopGroup(loop)
                .channelFactory(() -> {
                    NioSocketChannel channel = new NioSocketChannel();
                    channel.pipeline().addFirst(new Silence());
                    return channel;
                })
                .withOption(ChannelOption.CONNECT_TIMEOUT_MILLIS, (int) CONNECT.toMillis())
                .build();
    }

    Manager current() {
        return current;
    }

    /** The current one was of use. */
    synchronized void arrived() {
        failed = 0;
    }

    /** The current one is given up for the next; whether all have been tried in vain. */
    synchronized boolean goOn() {
        failed = failed % all.size() + 1;
        current = all.get((all.indexOf(current) + 1) % all.size());
        return failed == all.size();
    }

    /** Lets what is underway end. */
    @Override
    public void close() {
        all.forEach(manager -> manager.channel().shutdown());
        try {
            for (Manager manager : all) {
                manager.channel().awaitTermination(GRACE.toMillis(), TimeUnit.MILLISECONDS);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            all.forEach(manager -> manager.channel().shutdownNow());
            var _ = loop.shutdownGracefully(0, GRACE.toMillis(), TimeUnit.MILLISECONDS);
        }
    }
}
