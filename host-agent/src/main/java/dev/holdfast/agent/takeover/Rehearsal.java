package dev.holdfast.agent.takeover;

import dev.holdfast.agent.linux.OwnedFd;
import dev.holdfast.agent.linux.ProcessMemory;
import dev.holdfast.agent.linux.Ptrace;
import dev.holdfast.agent.linux.Registers;
import dev.holdfast.agent.linux.SocketAddresses;
import dev.holdfast.agent.linux.Sockets;
import dev.holdfast.agent.linux.SyscallException;
import dev.holdfast.agent.linux.TcpRepair;
import dev.holdfast.agent.linux.Wait;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.concurrent.atomic.AtomicBoolean;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Makes the calls of a takeover, a few thousand of each, at a connection and a process of the agent's own: so that they are
 * compiled before clients wait for them, and not while they do.
 */
public final class Rehearsal {
    private static final Logger log = LoggerFactory.getLogger(Rehearsal.class);
    /** From so many on HotSpot compiles a method with its best compiler, Tier4InvocationThreshold. */
    private static final int TIMES = 6_000;

    /** With fewer connections the takeover is over before anything would be compiled. */
    private static final int WORTH_IT = 500;

    private static final int ANY = Wait.WALL | Wait.WNOTHREAD;
    /** The pace is that of the best compiler after so many. */
    private static final int LOOKS = 120_000;

    private static final AtomicBoolean DONE = new AtomicBoolean();
    private static final AtomicBoolean LOOKED = new AtomicBoolean();

    private Rehearsal() {}

    /**
     * Once for an agent. What goes wrong here costs only time.
     *
     * @param connections how many are about to be taken over
     */
    public static void before(int connections) {
        if (connections >= WORTH_IT && DONE.compareAndSet(false, true)) {
            long start = System.nanoTime();
            try {
                sockets();
                Thread tracer = Thread.ofPlatform().name("rehearsal").start(Rehearsal::stops);
                tracer.join();
            } catch (SyscallException | TakeoverException e) {
                log.warn("the takeover could not be rehearsed: {}", e.getMessage());
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
            log.debug("rehearsed in {} ms", (System.nanoTime() - start) / 1_000_000);
        }
    }

    /**
     * Looks at connections before anything is done to them, once for an agent.
     *
     * @param look looks at all of them
     */
    static void looks(int connections, Runnable look) {
        if (connections >= WORTH_IT && LOOKED.compareAndSet(false, true)) {
            for (int i = 0; i < LOOKS / connections; i++) {
                look.run();
            }
        }
    }

    private static void sockets() {
        try (HeldSockets held = new HeldSockets();
                OwnedFd listener = held.sockets().socket(SocketAddresses.AF_INET, Sockets.SOCK_STREAM);
                OwnedFd client = held.sockets().socket(SocketAddresses.AF_INET, Sockets.SOCK_STREAM)) {
            Sockets sockets = held.sockets();
            sockets.bind(listener, new InetSocketAddress(InetAddress.ofLiteral("127.0.0.1"), 0));
            sockets.listen(listener, 1);
            InetSocketAddress address = sockets.localAddress(listener);
            if (address == null) {
                throw new TakeoverException("a listener has no address");
            }
            sockets.connect(client, address);
            HeldConnection connection = sockets.accept(listener)
                    .map(fd -> Holder.adopt(sockets, fd))
                    .orElse(null);
            if (connection == null) {
                throw new TakeoverException("the connection has gone");
            }
            held.add(connection);
            for (int i = 0; i < TIMES; i++) {
                connection.pause(sockets);
                held.loss(connection, System.nanoTime());
                TcpRepair.bytesSinceLastSegment(sockets, connection.fd(), true);
                held.consumed(connection);
                held.lookAtEnds();
                connection.setNonBlocking(i % 2 == 0);
                connection.resume(sockets);
            }
        }
    }

    /** On a thread of its own, which ends with what it traced. */
    private static void stops() {
        try (Waker actor = new Waker()) {
            Registers registers = new Registers();
            for (int i = 0; i < TIMES; i++) {
                actor.wake();
                Wait.Status status = Wait.waitpid(actor.pid(), ANY).orElseThrow();
                Ptrace.registers(actor.pid(), registers);
                long stack = registers.rsp();
                int there = ProcessMemory.readInt(actor.pid(), stack);
                ProcessMemory.write(actor.pid(), stack, new byte[0], 0, stack, there);
                Ptrace.setRegisters(actor.pid(), registers);
                actor.answer(status);
            }
        } catch (SyscallException | TakeoverException e) {
            log.warn("stops could not be rehearsed: {}", e.getMessage());
        }
    }
}
