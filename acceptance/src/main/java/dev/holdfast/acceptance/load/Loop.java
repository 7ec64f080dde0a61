package dev.holdfast.acceptance.load;

import io.netty.bootstrap.Bootstrap;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelOption;
import io.netty.channel.IoHandlerFactory;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.epoll.Epoll;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.epoll.EpollSocketChannel;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.SocketChannel;
import io.netty.channel.socket.nio.NioSocketChannel;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;

/** The one thread that a load's clients share, so that they need no locks and leave the other CPU to the server. */
final class Loop implements AutoCloseable {
    private static final int CONNECT_TIMEOUT_MILLIS = 30_000;

    private final MultiThreadIoEventLoopGroup group;
    private final Bootstrap bootstrap;

    Loop(InetSocketAddress server) {
        boolean epoll = Epoll.isAvailable();
        Class<? extends SocketChannel> channel = epoll ? EpollSocketChannel.class : NioSocketChannel.class;
        IoHandlerFactory handlers = epoll ? EpollIoHandler.newFactory() : NioIoHandler.newFactory();
        group = new MultiThreadIoEventLoopGroup(1, handlers);
        bootstrap = new Bootstrap()
                .group(group)
                .channel(channel)
                .option(ChannelOption.TCP_NODELAY, true)
                .option(ChannelOption.CONNECT_TIMEOUT_MILLIS, CONNECT_TIMEOUT_MILLIS)
                .remoteAddress(server);
    }

    /** Connects a client; a connection that cannot be made is the client's fault to report. */
    ChannelFuture connect(Client client) {
        return bootstrap.clone().handler(client).connect().addListener((ChannelFutureListener) done -> {
            if (!done.isSuccess()) {
                client.fail(Fault.Kind.REFUSED, String.valueOf(done.cause().getMessage()));
            }
        });
    }

    void run(Runnable task) {
        group.execute(task);
    }

    void runAfter(Duration delay, Runnable task) {
        var _ = group.schedule(task, delay.toNanos(), TimeUnit.NANOSECONDS);
    }

    /** Runs a task on the thread and waits for its result. */
    <T> T call(Callable<T> task) throws InterruptedException {
        return group.submit(task).sync().getNow();
    }

    /** Runs a task on the thread and waits for its end. */
    void await(Runnable task) throws InterruptedException {
        group.submit(task).sync();
    }

    @Override
    public void close() {
        group.shutdownGracefully(0, 5, TimeUnit.SECONDS).syncUninterruptibly();
    }
}
