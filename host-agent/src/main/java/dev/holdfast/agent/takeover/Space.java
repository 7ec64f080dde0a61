package dev.holdfast.agent.takeover;

import dev.holdfast.agent.linux.FdPassing;
import dev.holdfast.agent.linux.OwnedFd;
import dev.holdfast.agent.linux.ProcessMemory;
import dev.holdfast.agent.linux.Processes;
import dev.holdfast.agent.linux.Ptrace;
import dev.holdfast.agent.linux.Registers;
import dev.holdfast.agent.linux.SocketAddresses;
import dev.holdfast.agent.linux.Sockets;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * One process of the new server: what the tracer keeps in its memory and among its descriptors while it hands sockets to
 * it. All of it is taken out again by {@link #clean}.
 */
final class Space implements AutoCloseable {
    private static final long SYS_MMAP = 9;
    private static final long SYS_MUNMAP = 11;
    private static final long SYS_CLOSE = 3;
    private static final long SYS_SOCKET = 41;
    private static final long SYS_CONNECT = 42;
    private static final long SYS_RECVMSG = 47;
    private static final int PROT_READ = 1;
    private static final int PROT_WRITE = 2;
    private static final int PROT_EXEC = 4;
    private static final int MAP_PRIVATE_ANONYMOUS = 0x22;
    private static final int PAGE = 4096;
    private static final long SYSCALL_AND_JUMP = 0x0000_25ff_050fL;
    private static final int STUB = 16;
    /** Behind the stubs in the same page. */
    private static final int SHORTCUTS_AT = 1024;

    final int pid;
    final OwnedFd pidfd;
    final Allotment allotment = new Allotment();
    /** Addresses of its accept instructions. */
    final Set<Long> accepts = new LinkedHashSet<>();

    /** Whether it has made a child since it was given connections: what it has not accepted the child has too. */
    boolean forks;

    private Shortcuts shortcuts = new Shortcuts();
    private boolean replaced;

    /** Address of a syscall instruction of the server that no breakpoint covers; 0 before one is known. */
    long instruction;

    private final List<Integer> strays = new ArrayList<>();
    private final List<Long> stubs = new ArrayList<>();
    private long data;
    private long code;
    private int channel = -1;
    private @Nullable OwnedFd ours;

    Space(int pid) {
        this.pid = pid;
        this.pidfd = Processes.pidfdOpen(pid);
    }

    /** What a forked child has of it: the same memory, and the channel as a stray descriptor. */
    Space fork(int child) {
        Space space = new Space(child);
        space.instruction = instruction;
        space.accepts.addAll(accepts);
        space.data = data;
        space.code = code;
        space.stubs.addAll(stubs);
        space.shortcuts = shortcuts.fork();
        if (channel >= 0) {
            space.strays.add(channel);
        }
        allotment.close();
        allotment.all().forEach(one -> space.strays.add(one.number()));
        forks = true;
        return space;
    }

    /** After an exec nothing of it is left. */
    void forget() {
        instruction = 0;
        data = 0;
        code = 0;
        channel = -1;
        accepts.clear();
        stubs.clear();
        strays.clear();
        allotment.close();
        allotment.queue(null);
        shortcuts = new Shortcuts();
        replaced = true;
        closeChannel();
    }

    /** Whether it has become another program since it was given what it has now, and is without that. */
    boolean isReplaced() {
        return replaced;
    }

    /** What it had is another's; what it is given from now on is in its descriptor table. */
    void begins() {
        replaced = false;
    }

    /** An accept was made there, by the call with that number. */
    void accepts(long address, long number) {
        if (accepts.add(address)) {
            Breakpoints.findAlike(this, address, number);
        }
    }

    /** Where a syscall instruction is that no breakpoint covers, followed by a jump back behind the one at that address. */
    long stub(long instruction) {
        int index = stubs.indexOf(instruction);
        if (index < 0) {
            throw new IllegalStateException("no stub for " + Long.toHexString(instruction));
        }
        return code + (long) index * STUB;
    }

    /**
     * Takes a stopped thread that is in code of ours to where it would be in the server's own.
     *
     * @return whether it was, and its registers are to be set
     */
    boolean leaveOurs(Registers registers) {
        long rip = registers.rip();
        if (code == 0 || rip < code || rip >= code + PAGE) {
            return false;
        }
        if (rip < code + SHORTCUTS_AT) {
            int index = (int) ((rip - code) / STUB);
            registers.rip(stubs.get(index) + (rip - code) % STUB);
        } else {
            shortcuts.leave(pid, registers);
        }
        return true;
    }

    /** Lets the process take connections by itself at that accept instruction, for which there is a stub; if it can. */
    void addShortcut(Tracee tracee, Registers base, long instruction, int capacity) {
        shortcuts.add(tracee, base, instruction, code + SHORTCUTS_AT, PAGE - SHORTCUTS_AT, capacity);
        allotment.queue(shortcuts.queue());
    }

    /** Lets a process that was forked meanwhile take connections by itself as its siblings do. */
    void ownQueue(Tracee tracee, Registers base) {
        shortcuts.own(tracee, base);
        allotment.queue(shortcuts.queue());
    }

    /** Takes the shortcuts out of its text; every thread of it is stopped. */
    void clearShortcuts(Tracee tracee) {
        shortcuts.clear(tracee);
    }

    /** Makes the stub for the accept instruction at that address; the thread is stopped where calls can be injected. */
    void addStub(Tracee tracee, Registers base, long instruction) {
        if (stubs.contains(instruction)) {
            return;
        }
        if (code == 0) {
            code = Tracee.checked(
                    "mmap",
                    tracee.inject(
                            base,
                            at(),
                            SYS_MMAP,
                            FreePage.near(pid, instruction),
                            PAGE,
                            PROT_READ | PROT_EXEC,
                            MAP_PRIVATE_ANONYMOUS,
                            -1,
                            0));
        }
        long stub = code + (long) stubs.size() * STUB;
        stubs.add(instruction);
        // syscall; jmp *0(%rip) and behind it the address: no register is touched that the call leaves alone.
        Ptrace.pokeText(tracee.tid, stub, SYSCALL_AND_JUMP);
        Ptrace.pokeText(tracee.tid, stub + 8, instruction + 2);
    }

    /** Puts the descriptors into the process; their numbers there, in the same order. */
    int[] receive(Tracee tracee, Registers base, List<OwnedFd> fds, boolean closeOnExec) {
        FdPassing.send(channel(tracee, base), fds);
        ProcessMemory.write(pid, data, FdPassing.receiveImage(data));
        int flags = closeOnExec ? FdPassing.MSG_CMSG_CLOEXEC : 0;
        Tracee.checked("recvmsg", tracee.inject(base, at(), SYS_RECVMSG, channel, data, flags));
        return FdPassing.received(pid, data, fds.size());
    }

    /** Puts a few bytes into the process, there until the next call; their address. */
    long write(Tracee tracee, Registers base, byte[] bytes) {
        map(tracee, base);
        ProcessMemory.write(pid, data, bytes);
        return data;
    }

    /** Where no instruction is known yet, as after an exec, it is that of the call that the stopped thread is in. */
    void learn(Tracee tracee, Registers stopped) {
        if (instruction == 0) {
            long before = stopped.rip() - 2;
            instruction = Breakpoints.isSyscall(tracee, before) ? before : stopped.rip();
        }
    }

    private void map(Tracee tracee, Registers base) {
        if (data == 0) {
            data = Tracee.checked(
                    "mmap",
                    tracee.inject(base, at(), SYS_MMAP, 0, PAGE, PROT_READ | PROT_WRITE, MAP_PRIVATE_ANONYMOUS, -1, 0));
        }
    }

    /** Our end of a connection to the process, over which it is sent descriptors. */
    OwnedFd channel(Tracee tracee, Registers base) {
        if (ours != null) {
            return ours;
        }
        map(tracee, base);
        int type = Sockets.SOCK_SEQPACKET | Sockets.SOCK_CLOEXEC;
        byte[] address = abstractAddress();
        try (Sockets sockets = new Sockets();
                OwnedFd listener = sockets.socket(SocketAddresses.AF_UNIX, Sockets.SOCK_SEQPACKET)) {
            sockets.bindAndListen(listener, address, 1);
            channel = (int)
                    Tracee.checked("socket", tracee.inject(base, at(), SYS_SOCKET, SocketAddresses.AF_UNIX, type, 0));
            ProcessMemory.write(pid, data, address);
            Tracee.checked("connect", tracee.inject(base, at(), SYS_CONNECT, channel, data, address.length));
            OwnedFd accepted = sockets.accept(listener)
                    .orElseThrow(() -> new TakeoverException("the new server's channel is not there"));
            if (sockets.peerPid(accepted) != pid) {
                accepted.close();
                throw new TakeoverException("another process connected to the channel of server " + pid);
            }
            ours = accepted;
            return accepted;
        }
    }

    /** A name in the abstract namespace (unix(7)) that nobody can guess. */
    private static byte[] abstractAddress() {
        byte[] name = ("holdfast-" + UUID.randomUUID()).getBytes(StandardCharsets.US_ASCII);
        byte[] address = new byte[3 + name.length];
        address[0] = SocketAddresses.AF_UNIX;
        System.arraycopy(name, 0, address, 3, name.length);
        return address;
    }

    /** Whether any thread must run {@link #clean}. */
    boolean isDirty() {
        return data != 0 || code != 0 || shortcuts.isMapped();
    }

    /** A descriptor that came here in vain; it is closed at the end. */
    void stray(int number) {
        strays.add(number);
    }

    /** Takes everything out of the process again. */
    void clean(Tracee tracee, Registers base) {
        for (int stray : strays) {
            tracee.inject(base, at(), SYS_CLOSE, stray);
        }
        strays.clear();
        if (channel >= 0) {
            tracee.inject(base, at(), SYS_CLOSE, channel);
            channel = -1;
        }
        shortcuts.unmap(tracee, base);
        if (data != 0) {
            tracee.inject(base, at(), SYS_MUNMAP, data, PAGE);
            data = 0;
        }
        if (code != 0) {
            // Last, since the instruction may be in there; the registers lead out of it.
            tracee.inject(base, at(), SYS_MUNMAP, code, PAGE);
            code = 0;
            stubs.clear();
        }
        closeChannel();
    }

    /** A syscall instruction for injected calls: a stub, since a breakpoint may cover the server's own. */
    long at() {
        return code == 0 ? instruction : code;
    }

    private void closeChannel() {
        if (ours != null) {
            ours.close();
            ours = null;
        }
    }

    @Override
    public void close() {
        closeChannel();
        pidfd.close();
    }
}
