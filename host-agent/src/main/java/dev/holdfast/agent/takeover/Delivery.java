package dev.holdfast.agent.takeover;

import dev.holdfast.agent.linux.FdPassing;
import dev.holdfast.agent.linux.Fds;
import dev.holdfast.agent.linux.OwnedFd;
import dev.holdfast.agent.linux.ProcessMemory;
import dev.holdfast.agent.linux.Ptrace;
import dev.holdfast.agent.linux.Registers;
import dev.holdfast.agent.linux.Sockets;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Graft on accept: every accept of the new server on a held listener returns one of the held connections until there are
 * none left; from then on accepts are its own again.
 */
final class Delivery implements Tracer.Stops {
    /** A process that shares the listener with others gets few at a time, so that none are left over with it. */
    private static final int SHARED_BATCH = 16;
    /** After that many rounds of newcomers a bell stays in the backlog; the server sees it come and go. */
    private static final int ROUNDS = 20;

    private final Tracer tracer;
    private final Listeners listeners;
    private final Sockets sockets;
    private final Map<HeldListener, Deque<HeldConnection>> queues = new HashMap<>();
    private final Map<Space, Map<Long, HeldListener>> known = new HashMap<>();
    private final List<HeldConnection> delivered = new ArrayList<>();
    private final Map<HeldListener, Bell> bells = new HashMap<>();
    private int rounds;
    private boolean learning;

    Delivery(Tracer tracer, Listeners listeners, Sockets sockets) {
        this.tracer = tracer;
        this.listeners = listeners;
        this.sockets = sockets;
    }

    /** Those that an accept has returned, newcomers among them. */
    List<HeldConnection> delivered() {
        return delivered;
    }

    /** Puts connections into the queues of their listeners, in this order. */
    void add(Collection<HeldConnection> connections) {
        for (HeldConnection connection : connections) {
            queues.computeIfAbsent(listeners.of(connection), listener -> new ArrayDeque<>())
                    .add(connection);
        }
    }

    /** Covers the accept instructions; the world is stopped. */
    void begin() {
        Set<Long> instructions = new HashSet<>();
        tracer.spaces().forEach(space -> instructions.addAll(space.accepts));
        for (Tracee tracee : tracer.oneOfEach()) {
            instructions.forEach(instruction -> Breakpoints.set(tracee, instruction));
        }
        tracer.phase(this, Tracer.Mode.BREAKPOINTS);
        ring();
    }

    private void ring() {
        Set<HeldListener> wanted = new HashSet<>();
        queues.values().forEach(queue -> queue.stream().findFirst().map(listeners::of).ifPresent(wanted::add));
        tracer.spaces().forEach(space -> space.given.forEach(given -> wanted.add(listeners.of(given.connection()))));
        wanted.forEach(listener -> bells.computeIfAbsent(listener, key -> Bell.ring(sockets, key)));
    }

    /** Whether everything is with the server. */
    boolean finished() {
        return queues.values().stream().allMatch(Deque::isEmpty)
                && tracer.spaces().stream().allMatch(space -> space.given.isEmpty());
    }

    /** No accept has come for a while: perhaps they are made elsewhere, so every system call is looked at. */
    void learn() {
        tracer.stopWorld();
        learning = true;
        tracer.phase(this, Tracer.Mode.SYSCALLS);
        bells.values().forEach(bell -> add(bell.takeBack()));
        bells.clear();
        ring();
        tracer.resumeWorld();
    }

    @Override
    public void call(Tracee tracee, Ptrace.Call call) {
        if (learning
                && call instanceof Ptrace.Call.Entry entry
                && Gate.isAccept(entry.number())
                && listener(tracee.space, entry.first()) != null) {
            tracee.leaveEntry();
            Ptrace.registers(tracee.tid, tracee.registers);
            long instruction = tracee.space.unstub(tracee.registers.rip());
            Ptrace.setRegisters(tracee.tid, tracee.registers.rip(instruction));
            Breakpoints.set(tracee, instruction);
            learning = false;
            tracer.phase(this, Tracer.Mode.BREAKPOINTS);
        }
    }

    @Override
    public boolean trap(Tracee tracee) {
        long instruction = Breakpoints.hit(tracee);
        if (instruction == 0) {
            return false;
        }
        Registers registers = tracee.registers;
        HeldListener listener = Gate.isAccept(registers.rax()) ? listener(tracee.space, registers.rdi()) : null;
        Space.Given given = listener == null ? null : next(tracee, listener);
        if (given == null) {
            Ptrace.setRegisters(tracee.tid, registers.rip(tracee.space.stub(instruction)));
        } else {
            hand(tracee, given, instruction);
        }
        return true;
    }

    private @Nullable HeldListener listener(Space space, long fd) {
        Map<Long, HeldListener> ofSpace = known.computeIfAbsent(space, key -> new HashMap<>());
        return ofSpace.computeIfAbsent(fd, number -> listeners.of(space, number));
    }

    /** The next connection for that listener, put into the thread's process; null when there is none. */
    private Space.@Nullable Given next(Tracee tracee, HeldListener listener) {
        Space space = tracee.space;
        Space.Given given = takeGiven(space, listener);
        if (given != null) {
            return given;
        }
        Deque<HeldConnection> queue = queues.computeIfAbsent(listener, key -> new ArrayDeque<>());
        if (queue.isEmpty()) {
            takeFromOthers(space, listener, queue);
        }
        if (queue.isEmpty()) {
            return null;
        }
        int most = tracer.spaces().size() > 1 ? SHARED_BATCH : FdPassing.MAX_FDS;
        List<HeldConnection> batch = new ArrayList<>();
        List<OwnedFd> fds = new ArrayList<>();
        while (batch.size() < most && !queue.isEmpty()) {
            batch.add(queue.peek());
            fds.add(queue.remove().fd());
        }
        int[] numbers = space.receive(tracee, tracee.registers, fds, closeOnExec(tracee.registers));
        for (int i = 0; i < numbers.length; i++) {
            space.given.add(new Space.Given(batch.get(i), numbers[i]));
        }
        return takeGiven(space, listener);
    }

    private Space.@Nullable Given takeGiven(Space space, HeldListener listener) {
        Space.Given first = space.given.peek();
        if (first == null || !listeners.of(first.connection()).equals(listener)) {
            return null;
        }
        return space.given.remove();
    }

    /** What other processes were given and did not accept is theirs no more. */
    private void takeFromOthers(Space mine, HeldListener listener, Deque<HeldConnection> queue) {
        for (Space space : tracer.spaces()) {
            if (space != mine) {
                for (Space.Given given = takeGiven(space, listener);
                        given != null;
                        given = takeGiven(space, listener)) {
                    queue.add(given.connection());
                    space.stray(given.number());
                }
            }
        }
    }

    private static boolean closeOnExec(Registers registers) {
        return (flags(registers) & Sockets.SOCK_CLOEXEC) != 0;
    }

    private static long flags(Registers registers) {
        return registers.rax() == Gate.SYS_ACCEPT4 ? registers.r10() : 0;
    }

    /** The accept returns: number, peer and flags as it would have given them. */
    private void hand(Tracee tracee, Space.Given given, long instruction) {
        Registers registers = tracee.registers;
        HeldConnection connection = given.connection();
        writePeer(tracee.space.pid, registers, connection.rawPeer());
        int flags = Fds.statusFlags(connection.fd());
        int wanted = (flags(registers) & Sockets.SOCK_NONBLOCK) != 0 ? flags | Fds.O_NONBLOCK : flags & ~Fds.O_NONBLOCK;
        if (wanted != flags) {
            Fds.setStatusFlags(connection.fd(), wanted);
        }
        registers.rax(given.number()).rip(instruction + 2).origRax(-1).afterSyscallInstruction();
        Ptrace.setRegisters(tracee.tid, registers);
        connection.resume(sockets);
        delivered.add(connection);
        if (finished()) {
            exhausted();
        }
    }

    private static void writePeer(int pid, Registers registers, byte[] peer) {
        if (registers.rsi() != 0 && registers.rdx() != 0) {
            int room = ProcessMemory.readInt(pid, registers.rdx());
            byte[] cut = Arrays.copyOf(peer, Math.min(room, peer.length));
            ProcessMemory.write(pid, registers.rsi(), cut);
            byte[] length = new byte[4];
            MemorySegment.ofArray(length).set(ValueLayout.JAVA_INT_UNALIGNED, 0, peer.length);
            ProcessMemory.write(pid, registers.rdx(), length);
        }
    }

    /** The bells come out of the backlog, and with them whoever came before they were taken. */
    private void exhausted() {
        if (rounds++ < ROUNDS) {
            bells.values().forEach(bell -> add(bell.takeBack()));
            bells.clear();
            ring();
        }
    }

    /** Takes everything back out of the server; the world is stopped. */
    void end() {
        tracer.oneOfEach().forEach(Breakpoints::clear);
        for (Tracee tracee : tracer.tracees()) {
            Ptrace.registers(tracee.tid, tracee.registers);
            long rip = tracee.registers.rip();
            long own = tracee.space.unstub(rip);
            if (own != rip) {
                Ptrace.setRegisters(tracee.tid, tracee.registers.rip(own));
            }
        }
        for (Tracee tracee : tracer.oneOfEach()) {
            if (tracee.space.isDirty()) {
                Registers base = tracee.registers.copy();
                tracee.space.clean(tracee, base);
                Ptrace.setRegisters(tracee.tid, Tracee.restarted(base));
            }
        }
        bells.values().forEach(Bell::leave);
        bells.clear();
    }
}
