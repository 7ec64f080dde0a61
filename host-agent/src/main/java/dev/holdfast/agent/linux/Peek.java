package dev.holdfast.agent.linux;

import static dev.holdfast.agent.linux.Native.INT;
import static dev.holdfast.agent.linux.Native.LONG;
import static dev.holdfast.agent.linux.Native.POINTER;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;
import java.nio.charset.StandardCharsets;

/** What a connection shows without being changed; recv(2) with MSG_PEEK, TCP_ULP of linux/tcp.h. */
public final class Peek {
    private static final int MSG_PEEK = 2;
    private static final int MSG_DONTWAIT = 0x40;
    private static final int TCP_ULP = 31;
    private static final int TCP_ULP_NAME_MAX = 16;

    private static final MethodHandle RECV = Native.function("recv", LONG, INT, POINTER, LONG, INT);
    private static final MethodHandle GETSOCKOPT = Native.function("getsockopt", INT, INT, INT, INT, POINTER, POINTER);

    private Peek() {}

    /** The first of the bytes that nobody has read yet, which stay where they are; none too when it has ended. */
    public static byte[] unread(OwnedFd fd, int atMost) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment bytes = arena.allocate(atMost);
            long got = (long)
                    RECV.invokeExact(Native.errnoSlot(), fd.number(), bytes, (long) atMost, MSG_PEEK | MSG_DONTWAIT);
            return bytes.asSlice(0, Math.max(0, got)).toArray(Native.BYTE);
        } catch (Throwable t) {
            throw Native.unexpected(t);
        }
    }

    /** The protocol that the kernel itself speaks on the connection, as "tls"; empty for none. */
    public static String upperProtocol(OwnedFd fd) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment name = arena.allocate(TCP_ULP_NAME_MAX + 1);
            MemorySegment length = arena.allocateFrom(INT, TCP_ULP_NAME_MAX);
            int result = (int)
                    GETSOCKOPT.invokeExact(Native.errnoSlot(), fd.number(), Sockets.IPPROTO_TCP, TCP_ULP, name, length);
            return result == -1 ? "" : name.getString(0, StandardCharsets.US_ASCII);
        } catch (Throwable t) {
            throw Native.unexpected(t);
        }
    }
}
