package dev.holdfast.acceptance.load;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.ByteToMessageDecoder;
import java.net.InetSocketAddress;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * One client on one connection: sends numbered requests and checks that each gets its own answer, in order, and
 * nothing else comes. Everything here runs on the connection's event loop.
 */
final class Client extends ByteToMessageDecoder {
    private record Sent(long number, long nanos) {}

    private final Protocol protocol;
    private final ArrayDeque<Sent> outstanding = new ArrayDeque<>();
    private final List<String> wrong = new ArrayList<>();
    private final Map<String, Long> answersByVersion = new LinkedHashMap<>();
    private @Nullable ChannelHandlerContext connection;
    private InetSocketAddress local = InetSocketAddress.createUnresolved("unconnected", 0);
    private CompletableFuture<@Nullable Void> quiet = CompletableFuture.completedFuture(null);
    private long nextNumber;
    private long answered;
    private long sent;
    private long stallNanos;
    private boolean windowOpen;
    private long windowStart;
    private long thinkNanos = -1;
    private @Nullable Fault fault;
    private boolean ended;

    /**
     * @param firstNumber of its requests; far enough from other clients' that an answer meant for one of them is seen
     *     to be wrong
     */
    Client(Protocol protocol, long firstNumber) {
        this.protocol = protocol;
        this.nextNumber = firstNumber;
    }

    @Override
    public void handlerAdded(ChannelHandlerContext ctx) {
        connection = ctx;
    }

    @Override
    public void channelActive(ChannelHandlerContext ctx) {
        local = (InetSocketAddress) ctx.channel().localAddress();
    }

    /** Sends one request, whether or not others are waiting; nothing when the connection has ended. */
    void ask() {
        if (connection == null || ended) {
            return;
        }
        if (quiet.isDone()) {
            quiet = new CompletableFuture<>();
        }
        long number = nextNumber++;
        ByteBuf request = connection.alloc().buffer(128);
        protocol.ask(number, request);
        outstanding.add(new Sent(number, System.nanoTime()));
        sent++;
        connection.writeAndFlush(request).addListener((ChannelFutureListener) written -> {
            if (!written.isSuccess()) {
                fail(Fault.Kind.RESET, "could not send: " + written.cause().getMessage());
            }
        });
    }

    /** Begins to send the next request when the last was answered, after a time to think, until {@link #rest}. */
    void loop(long firstDelayNanos, long thinkTimeNanos) {
        thinkNanos = thinkTimeNanos;
        askAfter(firstDelayNanos);
    }

    void rest() {
        thinkNanos = -1;
    }

    /** Done when every request is answered, or when the connection has ended. */
    CompletableFuture<@Nullable Void> quiet() {
        return quiet;
    }

    /** From now on the longest wait is kept; an answer that is awaited at this moment counts from now. */
    void openWindow() {
        windowOpen = true;
        windowStart = System.nanoTime();
        stallNanos = 0;
    }

    /** Ends the connection from this side. A request without an answer by now will not get one. */
    void close() {
        if (!outstanding.isEmpty()) {
            Sent first = outstanding.getFirst();
            fail(Fault.Kind.HANGING, "no answer to request " + first.number());
        }
        end();
    }

    ClientReport report() {
        return new ClientReport(
                local, sent, answered, List.copyOf(wrong), new LinkedHashMap<>(answersByVersion), stallNanos, fault);
    }

    @Override
    protected void decode(ChannelHandlerContext ctx, ByteBuf in, List<Object> out) {
        if (ended) {
            in.skipBytes(in.readableBytes());
            return;
        }
        try {
            Answer answer = protocol.read(in);
            if (answer != null) {
                check(answer);
            } else if (outstanding.isEmpty()) {
                fail(Fault.Kind.UNEXPECTED_BYTES, in.readableBytes() + " bytes that nobody asked for");
            }
        } catch (MalformedAnswerException e) {
            fail(Fault.Kind.UNEXPECTED_BYTES, String.valueOf(e.getMessage()));
        }
    }

    private void check(Answer answer) {
        Sent request = outstanding.poll();
        if (request == null) {
            fail(Fault.Kind.UNEXPECTED_BYTES, "an answer that nobody asked for: " + answer);
            return;
        }
        answered++;
        answersByVersion.merge(answer.version(), 1L, Long::sum);
        if (answer.number() != protocol.expected(request.number())) {
            wrong.add("request " + request.number() + " was answered with " + answer);
        } else if (answer.peer() != null && !answer.peer().equals(local)) {
            wrong.add("the server took the client for " + answer.peer());
        }
        if (windowOpen) {
            stallNanos = Math.max(stallNanos, System.nanoTime() - Math.max(request.nanos(), windowStart));
        }
        if (!outstanding.isEmpty()) {
            return;
        }
        quiet.complete(null);
        if (thinkNanos == 0) {
            ask();
        } else if (thinkNanos > 0) {
            askAfter(thinkNanos);
        }
    }

    private void askAfter(long nanos) {
        if (connection != null) {
            var _ = connection.executor().schedule(this::askIfLooping, nanos, TimeUnit.NANOSECONDS);
        }
    }

    private void askIfLooping() {
        if (thinkNanos >= 0) {
            ask();
        }
    }

    @Override
    public void channelInactive(ChannelHandlerContext ctx) throws Exception {
        super.channelInactive(ctx);
        fail(Fault.Kind.CLOSED, "the server closed it with " + outstanding.size() + " requests unanswered");
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
        fail(Fault.Kind.RESET, String.valueOf(cause.getMessage()));
    }

    /** Records why the connection is lost; only the first reason counts, and none after it was ended on purpose. */
    void fail(Fault.Kind kind, String detail) {
        if (!ended) {
            fault = new Fault(kind, detail);
            end();
        }
    }

    private void end() {
        ended = true;
        quiet.complete(null);
        if (connection != null) {
            var _ = connection.close();
        }
    }
}
