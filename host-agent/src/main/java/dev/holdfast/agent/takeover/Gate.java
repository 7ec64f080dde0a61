package dev.holdfast.agent.takeover;

import dev.holdfast.agent.linux.OwnedFd;
import dev.holdfast.agent.linux.ProcessMemory;
import dev.holdfast.agent.linux.Processes;
import dev.holdfast.agent.linux.Ptrace;
import dev.holdfast.agent.linux.SocketAddresses;
import dev.holdfast.agent.linux.Sockets;
import java.net.InetSocketAddress;
import java.util.Arrays;
import java.util.function.Consumer;

/**
 * The time from a new server's first instruction until it is ready: it gets the held listeners at bind, and no client. A
 * connection that it accepts and that is no probe is taken from it, to be delivered with the others.
 */
final class Gate implements Tracer.Stops {
    static final long SYS_ACCEPT = 43;
    static final long SYS_ACCEPT4 = 288;
    private static final long SYS_CLOSE = 3;
    static final long SYS_BIND = 49;
    private static final long SYS_GETSOCKNAME = 51;

    private final Listeners listeners;
    private final Probes probes;
    private final Sockets sockets;
    private final Consumer<HeldConnection> newcomers;

    Gate(Listeners listeners, Probes probes, Sockets sockets, Consumer<HeldConnection> newcomers) {
        this.newcomers = newcomers;
        this.listeners = listeners;
        this.probes = probes;
        this.sockets = sockets;
    }

    @Override
    public void call(Tracee tracee, Ptrace.Call call) {
        switch (call) {
            case Ptrace.Call.Entry entry -> enter(tracee, entry);
            case Ptrace.Call.Exit exit -> leave(tracee, exit.result());
            case Ptrace.Call.None _ -> {}
        }
    }

    @Override
    public boolean trap(Tracee tracee) {
        return false;
    }

    private void enter(Tracee tracee, Ptrace.Call.Entry entry) {
        tracee.plan = null;
        if (entry.number() == SYS_BIND) {
            HeldListener listener = listeners.boundBy(tracee, entry.first(), entry.second());
            if (listener != null) {
                tracee.plan = new Tracee.Plan.Bind((int) entry.first(), listener);
                Ptrace.registers(tracee.tid, tracee.registers);
                Ptrace.setRegisters(tracee.tid, tracee.registers.origRax(-1));
            }
        } else if (isAccept(entry.number())) {
            HeldListener listener = listeners.of(tracee.space, entry.first());
            if (listener != null) {
                tracee.plan = new Tracee.Plan.Accept(listener, entry.number());
            }
        } else if (entry.number() == SYS_GETSOCKNAME) {
            HeldListener listener = listeners.standsFor(tracee.space, entry.first());
            if (listener != null) {
                Ptrace.registers(tracee.tid, tracee.registers);
                int room = ProcessMemory.readInt(tracee.space.pid, tracee.registers.rdx());
                tracee.plan = new Tracee.Plan.Name(listener, room);
            }
        }
    }

    static boolean isAccept(long number) {
        return number == SYS_ACCEPT || number == SYS_ACCEPT4;
    }

    private void leave(Tracee tracee, long result) {
        Tracee.Plan plan = tracee.plan;
        tracee.plan = null;
        switch (plan) {
            case null -> {}
            case Tracee.Plan.Bind bind -> bound(tracee, bind);
            case Tracee.Plan.Accept accept -> accepted(tracee, accept, result);
            case Tracee.Plan.Name name -> named(tracee, name, result);
        }
    }

    private void bound(Tracee tracee, Tracee.Plan.Bind bind) {
        Ptrace.registers(tracee.tid, tracee.registers);
        tracee.space.instruction = tracee.registers.rip() - 2;
        listeners.bound(tracee, bind.fd(), bind.listener());
        Ptrace.setRegisters(tracee.tid, tracee.registers.rax(0).origRax(-1));
    }

    /** The program is told the address that it asked for when it bound. */
    private static void named(Tracee tracee, Tracee.Plan.Name name, long result) {
        HeldListener listener = name.listener();
        if (result == 0) {
            Ptrace.registers(tracee.tid, tracee.registers);
            byte[] address = SocketAddresses.encoded(listener.address(), listener.domain());
            byte[] cut = Arrays.copyOf(address, Math.clamp(name.room(), 0, address.length));
            ProcessMemory.write(tracee.space.pid, tracee.registers.rsi(), cut);
        }
    }

    private void accepted(Tracee tracee, Tracee.Plan.Accept accept, long fd) {
        Ptrace.registers(tracee.tid, tracee.registers);
        long instruction = tracee.registers.rip() - 2;
        tracee.space.accepts(instruction, accept.number());
        tracee.space.instruction = instruction;
        if (fd < 0) {
            return;
        }
        OwnedFd ours = Processes.pidfdGetfd(tracee.space.pidfd, (int) fd);
        InetSocketAddress peer = sockets.peerAddress(ours);
        if (peer == null || probes.admit(peer)) {
            ours.close();
            return;
        }
        HeldConnection newcomer = Holder.adopt(sockets, ours);
        if (newcomer != null) {
            newcomers.accept(newcomer);
        }
        // The server never had it: its descriptor goes, and the accept is made again.
        tracee.inject(tracee.registers, instruction, SYS_CLOSE, fd);
        Ptrace.setRegisters(
                tracee.tid,
                tracee.registers.rip(instruction).rax(accept.number()).origRax(-1));
    }
}
