package dev.holdfast.agent.linux;

import static dev.holdfast.agent.linux.Native.INT;
import static dev.holdfast.agent.linux.Native.LONG;
import static dev.holdfast.agent.linux.Native.POINTER;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.File;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Both halves in this process: the receiving one is otherwise injected into the server. */
class FdPassingTest {
    private static final int RLIMIT_NOFILE = 7;
    private static final int SELF = (int) ProcessHandle.current().pid();
    private static final MethodHandle SOCKETPAIR = Native.function("socketpair", INT, INT, INT, INT, POINTER);
    private static final MethodHandle RECVMSG = Native.function("recvmsg", LONG, INT, POINTER, INT);
    private static final MethodHandle GETRLIMIT = Native.function("getrlimit", INT, INT, POINTER);
    private static final MethodHandle SETRLIMIT = Native.function("setrlimit", INT, INT, POINTER);

    private final Arena arena = Arena.ofConfined();
    private final MemorySegment memory = arena.allocate(FdPassing.RECEIVE_SIZE, 8);
    private final Loopback sent = new Loopback();
    private OwnedFd one;
    private OwnedFd other;

    @BeforeEach
    void open() throws Throwable {
        MemorySegment pair = arena.allocate(INT, 2);
        int made = (int) SOCKETPAIR.invokeExact(
                Native.errnoSlot(), SocketAddresses.AF_UNIX, Sockets.SOCK_SEQPACKET | Sockets.SOCK_CLOEXEC, 0, pair);
        Native.check("socketpair", made);
        one = new OwnedFd(pair.getAtIndex(INT, 0));
        other = new OwnedFd(pair.getAtIndex(INT, 1));
    }

    @AfterEach
    void close() {
        one.close();
        other.close();
        sent.close();
        arena.close();
    }

    private void receive() throws Throwable {
        memory.copyFrom(MemorySegment.ofArray(FdPassing.receiveImage(memory.address())));
        long got = (long) RECVMSG.invokeExact(Native.errnoSlot(), other.number(), memory, FdPassing.MSG_CMSG_CLOEXEC);
        assertThat(Native.check("recvmsg", got)).isEqualTo(1);
    }

    @Test
    void asManyAsAMessageTakes() throws Throwable {
        FdPassing.send(one, Collections.nCopies(FdPassing.MAX_FDS, sent.server));
        receive();

        int[] numbers = FdPassing.received(SELF, memory.address(), FdPassing.MAX_FDS);

        List<OwnedFd> received = Arrays.stream(numbers).mapToObj(OwnedFd::new).toList();
        assertThat(received).hasSize(FdPassing.MAX_FDS).doesNotHaveDuplicates();
        long inode = Fds.socketInode(sent.server);
        assertThat(received).allMatch(fd -> Fds.socketInode(fd) == inode);
        received.forEach(OwnedFd::close);
    }

    @Test
    void theOrderStays() throws Throwable {
        FdPassing.send(one, List.of(sent.listener, sent.client));
        receive();

        int[] numbers = FdPassing.received(SELF, memory.address(), 2);

        try (OwnedFd first = new OwnedFd(numbers[0]);
                OwnedFd second = new OwnedFd(numbers[1])) {
            assertThat(Fds.socketInode(first)).isEqualTo(Fds.socketInode(sent.listener));
            assertThat(Fds.socketInode(second)).isEqualTo(Fds.socketInode(sent.client));
        }
    }

    @Test
    void whatIsCutOffForWantOfDescriptorsIsAFailure() throws Throwable {
        FdPassing.send(one, Collections.nCopies(FdPassing.MAX_FDS, sent.server));
        MemorySegment limit = arena.allocate(LONG, 2);
        int got = (int) GETRLIMIT.invokeExact(Native.errnoSlot(), RLIMIT_NOFILE, limit);
        Native.check("getrlimit", got);
        long before = limit.get(LONG, 0);
        setLimit(limit, highest() + 100);
        try {
            receive();
        } finally {
            setLimit(limit, before);
        }

        assertThatThrownBy(() -> FdPassing.received(SELF, memory.address(), FdPassing.MAX_FDS))
                .isInstanceOf(SyscallException.class)
                .hasMessage("recvmsg SCM_RIGHTS: the server may not open 253 more files (RLIMIT_NOFILE):"
                        + " EMFILE: too many open files");
        // The control message stands at the end of the image.
        MemorySegment control = memory.asSlice(FdPassing.RECEIVE_SIZE - CmsgHdr.space(FdPassing.MAX_FDS * 4));
        long arrived = CmsgHdr.read(control).length() - CmsgHdr.SIZE;
        assertThat(arrived).isBetween(1L, FdPassing.MAX_FDS * 4L - 1);
        for (int number : control.asSlice(CmsgHdr.SIZE, arrived).toArray(ValueLayout.JAVA_INT)) {
            new OwnedFd(number).close();
        }
    }

    private static void setLimit(MemorySegment limit, long soft) throws Throwable {
        limit.set(LONG, 0, soft);
        int set = (int) SETRLIMIT.invokeExact(Native.errnoSlot(), RLIMIT_NOFILE, limit);
        Native.check("setrlimit", set);
    }

    private static long highest() {
        return Arrays.stream(Objects.requireNonNull(new File("/proc/self/fd").list()))
                .mapToLong(Long::parseLong)
                .max()
                .orElseThrow();
    }

    @Test
    void moreThanThatIsRefused() {
        assertThatThrownBy(() -> FdPassing.send(one, Collections.nCopies(254, sent.server)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("254 descriptors do not fit into a message");
        assertThatThrownBy(() -> FdPassing.send(one, List.of())).isInstanceOf(IllegalArgumentException.class);
    }
}
