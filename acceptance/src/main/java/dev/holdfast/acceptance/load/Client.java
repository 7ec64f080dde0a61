package dev.holdfast.acceptance.load;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.ByteToMessageDecoder;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * One client on one connection: sends numbered requests and checks that each gets its own answer, in order, and
 * nothing else comes. Everything here runs on the connection's event loop.
 */
final class Client extends ByteToMessageDecoder {
    private final Habit habit;
    private final Ledger ledger;
    private @Nullable ChannelHandlerContext connection;
    private InetSocketAddress local = InetSocketAddress.createUnresolved("unconnected", 0);
    private CompletableFuture<@Nullable Void> quiet = CompletableFuture.completedFuture(null);
    private long nextNumber;
    /** How long after an answer the next request is sent, in nanoseconds; null at rest. */
    private @Nullable LongSupplier pause;

    private @Nullable Fault fault;
    private boolean ended;

    /**
     * @param firstNumber of its requests; far enough from other clients' that an answer meant for one of them is seen
     *     to be wrong
     */
    Client(Habit habit, long firstNumber) {
        this.habit = habit;
        this.ledger = new Ledger(habit.protocol());
        this.nextNumber = firstNumber;
    }

    @Override
    public void handlerAdded(ChannelHandlerContext ctx) {
        connection = ctx;
    }

    @Override
    public void channelActive(ChannelHandlerContext ctx) {
        local = (InetSocketAddress) ctx.channel().localAddress();
        ledger.note("connected as " + local);
    }

    /** Sends as many requests as it does in one write, whether or not others are waiting; nothing when it has ended. */
    void ask() {
        if (connection == null || ended) {
            return;
        }
        if (quiet.isDone()) {
            quiet = new CompletableFuture<>();
        }
        ByteBuf requests = connection.alloc().buffer(128);
        for (int i = 0; i < habit.atOnce(); i++) {
            long number = nextNumber++;
            habit.protocol().ask(number, requests);
            ledger.sent(number);
        }
        send(requests, Math.ceilDiv(requests.readableBytes(), habit.pieces()));
    }

    /** Sends a first piece now and the others after their pauses. */
    private void send(ByteBuf bytes, int piece) {
        if (connection == null || ended) {
            bytes.release();
            return;
        }
        boolean last = bytes.readableBytes() <= piece;
        ByteBuf now = last ? bytes : bytes.readRetainedSlice(piece);
        connection.writeAndFlush(now).addListener((ChannelFutureListener) written -> {
            if (!written.isSuccess()) {
                fail(Fault.Kind.RESET, "could not send: " + written.cause().getMessage());
            }
        });
        if (!last) {
            var _ = connection
                    .executor()
                    .schedule(() -> send(bytes, piece), habit.piecePause().toNanos(), TimeUnit.NANOSECONDS);
        }
    }

    /** Begins to send the next request when the last was answered, after a time to think, until {@link #rest}. */
    void loop(long firstDelayNanos, long thinkTimeNanos) {
        begin(firstDelayNanos, () -> thinkTimeNanos);
    }

    /**
     * Sends requests at regular times, but for those at which an answer is still awaited, until {@link #rest}: so clients that
     * have waited together do not ask together for ever after.
     */
    void every(long firstDelayNanos, long periodNanos) {
        long first = System.nanoTime() + firstDelayNanos;
        begin(firstDelayNanos, () -> periodNanos - Math.floorMod(System.nanoTime() - first, periodNanos));
    }

    private void begin(long firstDelayNanos, LongSupplier then) {
        pause = then;
        askAfter(firstDelayNanos);
    }

    /** Goes on by its habit; one that only asks when it is told to asks once. */
    void live() {
        if (habit.think() == null) {
            ask();
        } else {
            loop(0, habit.think().toNanos());
        }
    }

    void rest() {
        pause = null;
    }

    /** Done when every request is answered, or when the connection has ended. */
    CompletableFuture<@Nullable Void> quiet() {
        return quiet;
    }

    /** From now on the longest wait is kept; an answer that is awaited at this moment counts from now. */
    void openWindow() {
        ledger.openWindow();
    }

    /** Whether an answer has been awaited for longer than this, on a connection that lives. */
    boolean isOverdue(long nanos) {
        return !ended && ledger.overdue(nanos);
    }

    /** Gives the connection up when an answer has been awaited for longer than this. */
    void endIfOverdue(long nanos) {
        if (isOverdue(nanos)) {
            fail(Fault.Kind.HANGING, ledger.owed() + " requests without an answer for too long");
        }
    }

    /** Ends the connection from this side. A request without an answer by now will not get one. */
    void close() {
        if (ledger.owed() > 0) {
            fail(Fault.Kind.HANGING, ledger.owed() + " requests without an answer");
        }
        end();
    }

    boolean kept() {
        return fault == null;
    }

    Habit habit() {
        return habit;
    }

    ClientReport report() {
        return ledger.report(habit.kind(), local, fault);
    }

    @Override
    protected void decode(ChannelHandlerContext ctx, ByteBuf in, List<Object> out) {
        if (ended) {
            in.skipBytes(in.readableBytes());
            return;
        }
        try {
            Answer answer = habit.protocol().read(in);
            if (answer != null) {
                check(answer);
            } else if (ledger.owed() == 0) {
                fail(Fault.Kind.UNEXPECTED_BYTES, in.readableBytes() + " bytes that nobody asked for");
            }
        } catch (MalformedAnswerException e) {
            fail(Fault.Kind.UNEXPECTED_BYTES, String.valueOf(e.getMessage()));
        }
    }

    private void check(Answer answer) {
        if (!ledger.answered(answer, local)) {
            if (ledger.hadIts(answer)) {
                ledger.wrong(new Wrong(Wrong.Kind.DOUBLED, "answered once more: " + answer));
            }
            fail(Fault.Kind.UNEXPECTED_BYTES, "an answer that nobody asked for: " + answer);
            return;
        }
        if (ledger.owed() > 0) {
            return;
        }
        quiet.complete(null);
        if (pause != null) {
            long nanos = pause.getAsLong();
            if (nanos == 0) {
                ask();
            } else {
                askAfter(nanos);
            }
        }
    }

    private void askAfter(long nanos) {
        if (connection != null) {
            var _ = connection.executor().schedule(this::askIfLooping, nanos, TimeUnit.NANOSECONDS);
        }
    }

    private void askIfLooping() {
        if (pause != null) {
            ask();
        }
    }

    @Override
    public void channelInactive(ChannelHandlerContext ctx) throws Exception {
        super.channelInactive(ctx);
        fail(Fault.Kind.CLOSED, "the server closed it with " + ledger.owed() + " requests unanswered");
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
        fail(Fault.Kind.RESET, String.valueOf(cause.getMessage()));
    }

    /** Records why the connection is lost; only the first reason counts, and none after it was ended on purpose. */
    void fail(Fault.Kind kind, String detail) {
        if (!ended) {
            fault = new Fault(kind, detail);
            ledger.note("ended with %d bytes of an answer: %s".formatted(actualReadableBytes(), fault));
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
