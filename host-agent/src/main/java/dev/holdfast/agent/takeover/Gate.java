package dev.holdfast.agent.takeover;

import dev.holdfast.agent.linux.OwnedFd;
import dev.holdfast.agent.linux.Processes;
import dev.holdfast.agent.linux.Ptrace;
import dev.holdfast.agent.linux.Sockets;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;

/**
 * The time from a new server's first instruction until it is ready: it gets the held listeners at bind, and no client. A
 * connection that it accepts and that is no probe is taken from it, to be delivered with the others.
 */
final class Gate implements Tracer.Stops {
    static final long SYS_ACCEPT = 43;
    static final long SYS_ACCEPT4 = 288;
    private static final long SYS_CLOSE = 3;
    static final long SYS_BIND = 49;

    private final Listeners listeners;
    private final Probes probes;
    private final Sockets sockets;
    private final List<HeldConnection> newcomers = new ArrayList<>();

    Gate(Listeners listeners, Probes probes, Sockets sockets) {
        this.listeners = listeners;
        this.probes = probes;
        this.sockets = sockets;
    }

    /** Clients that came while the gate was shut. */
    List<HeldConnection> newcomers() {
        return newcomers;
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
        }
    }

    private void bound(Tracee tracee, Tracee.Plan.Bind bind) {
        Ptrace.registers(tracee.tid, tracee.registers);
        tracee.space.instruction = tracee.registers.rip() - 2;
        listeners.graft(tracee, bind.fd(), bind.listener());
        Ptrace.setRegisters(tracee.tid, tracee.registers.rax(0).origRax(-1));
    }

    private void accepted(Tracee tracee, Tracee.Plan.Accept accept, long fd) {
        Ptrace.registers(tracee.tid, tracee.registers);
        long instruction = tracee.registers.rip() - 2;
        if (tracee.space.accepts.add(instruction)) {
            Breakpoints.findAlike(tracee.space, instruction, accept.number());
        }
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
            newcomers.add(newcomer);
        }
        // The server never had it: its descriptor goes, and the accept is made again.
        tracee.inject(tracee.registers, instruction, SYS_CLOSE, fd);
        Ptrace.setRegisters(
                tracee.tid,
                tracee.registers.rip(instruction).rax(accept.number()).origRax(-1));
    }
}
