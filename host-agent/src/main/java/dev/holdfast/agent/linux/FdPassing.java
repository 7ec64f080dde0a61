package dev.holdfast.agent.linux;

import static dev.holdfast.agent.linux.Native.INT;
import static dev.holdfast.agent.linux.Native.LONG;
import static dev.holdfast.agent.linux.Native.POINTER;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.util.List;

/**
 * SCM_RIGHTS of unix(7): descriptors in a message. The receiving half is a struct msghdr image that an injected
 * recvmsg(2) fills in another process.
 */
public final class FdPassing {
    /** SCM_MAX_FD of the kernel. */
    public static final int MAX_FDS = 253;

    public static final int MSG_CMSG_CLOEXEC = 0x40000000;

    private static final int SOL_SOCKET = 1;
    private static final int SCM_RIGHTS = 1;
    private static final int MSG_NOSIGNAL = 0x4000;
    private static final int MSG_CTRUNC = 8;
    private static final int MSGHDR = 56;
    private static final int FLAGS = 48;
    private static final int CMSG_HEADER = 16;
    private static final int IOVEC = 64;
    private static final int DATA = 96;
    private static final int CONTROL = 128;
    private static final int CONTROL_SIZE = CMSG_HEADER + MAX_FDS * 4 + 4;
    /** How much memory the receiving half needs. */
    public static final int RECEIVE_SIZE = CONTROL + CONTROL_SIZE;

    private static final MethodHandle SENDMSG = Native.function("sendmsg", LONG, INT, POINTER, INT);

    private FdPassing() {}

    /** Sends one byte with at most {@link #MAX_FDS} descriptors. */
    public static void send(OwnedFd socket, List<OwnedFd> fds) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment memory = arena.allocate(RECEIVE_SIZE, 8);
            long controlSize = (CMSG_HEADER + fds.size() * 4L + 7) / 8 * 8;
            header(memory, memory.address(), controlSize);
            memory.set(LONG, CONTROL, CMSG_HEADER + fds.size() * 4L);
            memory.set(INT, CONTROL + 8, SOL_SOCKET);
            memory.set(INT, CONTROL + 12, SCM_RIGHTS);
            for (int i = 0; i < fds.size(); i++) {
                memory.set(INT, CONTROL + CMSG_HEADER + i * 4L, fds.get(i).number());
            }
            long sent = (long) SENDMSG.invokeExact(Native.errnoSlot(), socket.number(), memory, MSG_NOSIGNAL);
            Native.check("sendmsg SCM_RIGHTS", sent);
        } catch (SyscallException e) {
            throw e;
        } catch (Throwable t) {
            throw Native.unexpected(t);
        }
    }

    /** The image of a struct msghdr, its iovec and buffers, to be written at that address before recvmsg. */
    public static byte[] receiveImage(long address) {
        byte[] image = new byte[CONTROL];
        header(MemorySegment.ofArray(image), address, CONTROL_SIZE);
        return image;
    }

    private static void header(MemorySegment memory, long address, long controlSize) {
        ValueLayout.OfLong word = ValueLayout.JAVA_LONG_UNALIGNED;
        memory.set(word, 16, address + IOVEC);
        memory.set(word, 24, 1);
        memory.set(word, 32, address + CONTROL);
        memory.set(word, 40, controlSize);
        memory.set(word, IOVEC, address + DATA);
        memory.set(word, IOVEC + 8, 1);
    }

    /** The descriptors that came, from the memory at that address after recvmsg; fails if any was cut off. */
    public static int[] received(int pid, long address, int expected) {
        byte[] bytes = ProcessMemory.read(pid, address, CONTROL + CMSG_HEADER + expected * 4);
        MemorySegment memory = MemorySegment.ofArray(bytes);
        int flags = memory.get(ValueLayout.JAVA_INT_UNALIGNED, FLAGS);
        long length = memory.get(ValueLayout.JAVA_LONG_UNALIGNED, CONTROL);
        if ((flags & MSG_CTRUNC) != 0 || length != CMSG_HEADER + expected * 4L) {
            throw new SyscallException(
                    "recvmsg SCM_RIGHTS: the server may not open " + expected + " more files (RLIMIT_NOFILE)",
                    Errno.EMFILE);
        }
        int[] fds = new int[expected];
        for (int i = 0; i < expected; i++) {
            fds[i] = memory.get(ValueLayout.JAVA_INT_UNALIGNED, CONTROL + CMSG_HEADER + i * 4L);
        }
        return fds;
    }

    static int messageHeaderSize() {
        return MSGHDR;
    }
}
