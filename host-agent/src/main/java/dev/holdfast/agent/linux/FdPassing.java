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
    // The image: header, buffer's place, the one byte, descriptors.
    private static final int IOVEC = 64;
    private static final int DATA = 96;
    private static final int CONTROL = 128;
    private static final int CONTROL_DATA = CONTROL + CmsgHdr.SIZE;
    private static final int CONTROL_SIZE = CmsgHdr.space(MAX_FDS * 4);
    /** How much memory the receiving half needs. */
    public static final int RECEIVE_SIZE = CONTROL + CONTROL_SIZE;

    private static final MethodHandle SENDMSG = Native.function("sendmsg", LONG, INT, POINTER, INT);

    private FdPassing() {}

    /** Sends one byte with 1 to {@link #MAX_FDS} descriptors. */
    public static void send(OwnedFd socket, List<OwnedFd> fds) {
        int count = fds.size();
        if (count < 1 || count > MAX_FDS) {
            throw new IllegalArgumentException(count + " descriptors do not fit into a message");
        }
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment memory = arena.allocate(RECEIVE_SIZE, 8);
            header(memory, memory.address(), CmsgHdr.space(count * 4));
            new CmsgHdr(CmsgHdr.SIZE + count * 4L, SOL_SOCKET, SCM_RIGHTS).write(memory.asSlice(CONTROL));
            for (int i = 0; i < count; i++) {
                memory.set(INT, CONTROL_DATA + i * 4L, fds.get(i).number());
            }
            long sent = (long) SENDMSG.invokeExact(Native.errnoSlot(), socket.number(), memory, MSG_NOSIGNAL);
            Native.check("sendmsg SCM_RIGHTS", sent);
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
        new MsgHdr(address + IOVEC, 1, address + CONTROL, controlSize).write(memory);
        new Iovec(address + DATA, 1).write(memory.asSlice(IOVEC));
    }

    /** The descriptors that came, from the memory at that address after recvmsg; fails if any was cut off. */
    public static int[] received(int pid, long address, int expected) {
        MemorySegment memory = MemorySegment.ofArray(ProcessMemory.read(pid, address, CONTROL_DATA + expected * 4));
        CmsgHdr rights = CmsgHdr.read(memory.asSlice(CONTROL));
        boolean cut = (MsgHdr.flags(memory) & MSG_CTRUNC) != 0;
        if (cut || !rights.equals(new CmsgHdr(CmsgHdr.SIZE + expected * 4L, SOL_SOCKET, SCM_RIGHTS))) {
            throw new SyscallException(
                    "recvmsg SCM_RIGHTS: the server may not open " + expected + " more files (RLIMIT_NOFILE)",
                    Errno.EMFILE);
        }
        return memory.asSlice(CONTROL_DATA).toArray(ValueLayout.JAVA_INT_UNALIGNED);
    }
}
