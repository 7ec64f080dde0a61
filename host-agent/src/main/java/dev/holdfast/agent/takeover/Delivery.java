package dev.holdfast.agent.takeover;

import dev.holdfast.agent.linux.Fds;
import dev.holdfast.agent.linux.Ptrace;
import dev.holdfast.agent.linux.Registers;
import dev.holdfast.agent.linux.Sockets;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Graft on accept: every accept of the new server on a held listener returns one of the held connections until there are
 * none left; from then on accepts are its own again. docs/takeover.md has the rules.
 */
final class Delivery implements Tracer.Stops, AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(Delivery.class);
    /** Connections that a process can take by itself; others are handed out one by one. Memory is taken up as it is used. */
    static final int MOST = 1 << 18;

    /** After that many rounds of newcomers the rest of them is left to the server. */
    private static final int ROUNDS = 20;

    private final Tracer tracer;
    private final Sockets sockets;
    private final Listeners listeners;
    private final Supply supply = new Supply(this::takenAlone);
    private final Bells bells;
    private final Deferral deferral;
    private final Map<Space, Map<Long, HeldListener>> known = new HashMap<>();
    private final Set<HeldListener> waitedFor = new HashSet<>();
    private final BiConsumer<HeldConnection, Integer> delivered;
    private final Consumer<HeldConnection> newcomers;
    private final int processes;
    private final Order order;
    private final Portions portions;
    private int accepts;
    private int withoutStop;
    private int rounds;
    private boolean roundDue;
    private boolean strict = true;
    private boolean learning;
    private boolean learned;
    private boolean over;
    private boolean lookedForClients;

    /**
     * A delivery that has not begun.
     *
     * @param processes how many processes the connections were spread over, and will be again
     * @param delivered told of each connection that an accept has returned, and in which process
     * @param newcomers told of each client that was found in the backlog
     */
    Delivery(
            Tracer tracer,
            Listeners listeners,
            Sockets sockets,
            int processes,
            BiConsumer<HeldConnection, Integer> delivered,
            Consumer<HeldConnection> newcomers) {
        this.processes = processes;
        this.newcomers = newcomers;
        this.delivered = delivered;
        this.tracer = tracer;
        this.sockets = sockets;
        this.listeners = listeners;
        this.bells = new Bells(sockets);
        this.deferral = new Deferral(sockets);
        this.order = new Order(supply, listeners, sockets, processes);
        this.portions = new Portions(tracer, supply, sockets);
    }

    /** In which its connections come. */
    Order order() {
        return order;
    }

    /** Whether nobody is left but those that are yet to be found. */
    boolean waits() {
        return order.waits();
    }

    /** Covers the accept instructions, and takes in who is in the backlog; the world is stopped. */
    void begin() {
        for (HeldListener listener : listeners.grafted()) {
            deferral.off(listener);
            if ((Fds.statusFlags(listener.fd()) & Fds.O_NONBLOCK) == 0) {
                waitedFor.add(listener);
            }
        }
        bells.ring(listeners.grafted(), listeners.grafted());
        takeBells();
        supply.divideBy(processes);
        cover();
        bells.ring(supply.wanted(), listeners.grafted());
    }

    private void cover() {
        Breakpoints.setAll(tracer.oneOfEach(), tracer.spaces(), MOST);
        tracer.phase(this, Tracer.Mode.BREAKPOINTS);
    }

    private void takenAlone(HeldConnection connection, int process) {
        withoutStop++;
        delivered.accept(connection, process);
        roundDue |= supply.remaining() == 0;
    }

    /** Learns what has been taken without a stop. */
    void collect() {
        supply.collect();
    }

    /** Whether everything is with the server. */
    boolean finished() {
        collect();
        return order.isOver() && !roundDue;
    }

    /** All is handed out, and somebody may have come meanwhile: the bells come out of the backlog, and who stood before. */
    void roundIfDue() {
        if (knowsAccepts()) {
            order.addRest();
        }
        // Who has nobody left to accept does not call accept before the bell rings again.
        boolean idle = waits();
        if (order.addFound() && idle) {
            stopAll();
            bells.ring(supply.wanted(), listeners.grafted());
            unpark();
        }
        if (learned) {
            learned = false;
            stopAll();
            cover();
            unpark();
        }
        if (roundDue) {
            roundDue = false;
            stopAll();
            if (waits()) {
                // There may be no bell in the backlog that tells who stood before it.
                bells.ring(listeners.grafted(), listeners.grafted());
                lookedForClients = true;
            }
            takeBells();
            if (!waits() && (rounds++ == ROUNDS || supply.remaining() == 0)) {
                return;
            }
            bells.ring(supply.wanted(), listeners.grafted());
            unpark();
        }
    }

    /** What was looked at at its every call may stand at the entry of one, where no other can be made. */
    private void stopAll() {
        tracer.stopWorld();
        tracer.tracees().forEach(Tracee::leaveEntry);
    }

    /** No accept has come for a while: shares count no more, and who was kept waiting goes on. */
    void relax() {
        stopAll();
        strict = false;
        supply.divideBy(1);
        supply.reclaim(tracer.spaces());
        bells.ring(supply.wanted(), listeners.grafted());
        unpark();
    }

    /**
     * Whether any accept has come where they are looked for. Then another one that is long in coming is made there too; to
     * stop a server with many threads at its every call would make it later still.
     */
    boolean knowsAccepts() {
        return accepts > 0 || withoutStop > 0;
    }

    /** Still none: perhaps they are made elsewhere, so every system call is looked at. */
    void learn() {
        stopAll();
        learning = true;
        tracer.phase(this, Tracer.Mode.SYSCALLS);
        takeBells();
        bells.ring(supply.wanted(), listeners.grafted());
        unpark();
    }

    /**
     * Threads that wait in an accept on a held listener show where the accept instructions are; the world is stopped.
     *
     * @return whether any is known now
     */
    boolean findAccepts() {
        for (Tracee tracee : tracer.tracees()) {
            Ptrace.registers(tracee.tid, tracee.registers);
            long number = tracee.registers.origRax();
            long instruction = tracee.registers.rip() - 2;
            if (Gate.isAccept(number)
                    && listener(tracee.space, tracee.registers.rdi()) != null
                    && Breakpoints.isSyscall(tracee, instruction)) {
                tracee.space.accepts(instruction, number);
            }
        }
        return tracer.spaces().stream().anyMatch(space -> !space.accepts.isEmpty());
    }

    private void unpark() {
        tracer.tracees().forEach(tracee -> tracee.parked = false);
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
            tracee.space.leaveOurs(tracee.registers);
            Ptrace.setRegisters(tracee.tid, tracee.registers);
            long instruction = tracee.registers.rip();
            tracee.space.accepts(instruction, entry.number());
            tracee.parked = true;
            learning = false;
            learned = true;
        }
    }

    @Override
    public boolean trap(Tracee tracee) {
        long instruction = Breakpoints.hit(tracee);
        if (instruction == 0) {
            return false;
        }
        Registers registers = tracee.registers;
        HeldListener listener =
                !over && Gate.isAccept(registers.rax()) ? listener(tracee.space, registers.rdi()) : null;
        if (listener == null) {
            Ptrace.setRegisters(tracee.tid, registers.rip(tracee.space.stub(instruction)));
            return true;
        }
        accepts++;
        Allotment.Given given = portions.next(tracee, listener);
        if (given != null) {
            Accept.give(tracee, given, instruction, sockets);
            delivered.accept(given.connection(), tracee.space.pid);
            if (supply.remaining() == 0) {
                roundDue = true;
                tracee.parked = true;
            }
        } else if (waits() && !lookedForClients && !waitedFor.contains(listener)) {
            // Perhaps it was woken for a client that came meanwhile.
            park(tracee, instruction);
            roundDue = true;
        } else if (strict && !tracee.space.forks && supply.hasItsShare(tracee.space)) {
            park(tracee, instruction);
            bells.ring(listener);
        } else if (!waitedFor.contains(listener)) {
            lookedForClients = false;
            Accept.giveNobody(tracee, instruction);
        } else if (strict || supply.remaining() == 0) {
            park(tracee, instruction);
        } else {
            Ptrace.setRegisters(tracee.tid, registers.rip(tracee.space.stub(instruction)));
        }
        return true;
    }

    /** The thread waits before its accept. */
    private static void park(Tracee tracee, long instruction) {
        Ptrace.setRegisters(tracee.tid, tracee.registers.rip(instruction));
        tracee.parked = true;
    }

    private @Nullable HeldListener listener(Space space, long fd) {
        Map<Long, HeldListener> ofSpace = known.computeIfAbsent(space, key -> new HashMap<>());
        return ofSpace.computeIfAbsent(fd, number -> listeners.of(space, number));
    }

    private void takeBells() {
        List<HeldConnection> clients = bells.takeBack();
        clients.forEach(newcomers);
        order.add(clients);
    }

    /** No more is given to the server; what it was given and has not accepted is taken out by {@link #end}. */
    void withdraw() {
        over = true;
        learning = false;
        order.withdraw();
        supply.withdraw();
        tracer.phase(this, Tracer.Mode.BREAKPOINTS);
        tracer.tracees().forEach(tracee -> tracee.parked = false);
    }

    /** Whether every process can take connections by itself. */
    boolean isWithoutStops() {
        return tracer.spaces().stream().allMatch(space -> space.allotment.isShared());
    }

    /** How many connections processes have taken by themselves. */
    int withoutStop() {
        return withoutStop;
    }

    /** Takes everything back out of the server; the world is stopped. */
    void end() {
        log.debug("{} connections were taken without a stop, for the others there were {}", withoutStop, accepts);
        tracer.tracees().forEach(Tracee::leaveEntry);
        tracer.tracees().forEach(Tracee::leaveOurs);
        Set<Space> cleared = new HashSet<>();
        for (Tracee tracee : tracer.tracees()) {
            if (cleared.add(tracee.space)) {
                Breakpoints.clear(tracee);
            }
        }
        for (Tracee tracee : tracer.oneOfEach()) {
            if (tracee.space.isDirty()) {
                Ptrace.registers(tracee.tid, tracee.registers);
                Registers base = tracee.registers.copy();
                tracee.space.clean(tracee, base);
                Ptrace.setRegisters(tracee.tid, Tracee.restarted(base));
            }
        }
        close();
    }

    /** Leaves the listeners as they were, whatever has become of the server: another one has them next. */
    @Override
    public void close() {
        bells.leave();
        deferral.restore();
    }
}
