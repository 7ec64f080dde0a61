package dev.holdfast.agent.linux;

import static dev.holdfast.agent.linux.Native.INT;
import static dev.holdfast.agent.linux.Native.LONG;
import static dev.holdfast.agent.linux.Native.POINTER;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;
import java.nio.charset.StandardCharsets;

/** Calls on file descriptors: close(2), fcntl(2), dup3(2), open(2), readlinkat(2). */
public final class Fds {
    public static final int O_NONBLOCK = 0x800;
    public static final int O_CLOEXEC = 0x80000;

    private static final int O_DIRECTORY = 0x10000;
    private static final int F_GETFL = 3;
    private static final int F_SETFL = 4;
    private static final int LINK_MAX = 64;
    private static final String SOCKET = "socket:[";

    private static final MethodHandle CLOSE = Native.function("close", INT, INT);
    private static final MethodHandle FCNTL = Native.variadic("fcntl", 2, INT, INT, INT, INT);
    private static final MethodHandle DUP3 = Native.function("dup3", INT, INT, INT, INT);
    private static final MethodHandle READ = Native.function("read", LONG, INT, POINTER, LONG);
    private static final MethodHandle OPEN = Native.variadic("open", 2, INT, POINTER, INT);
    private static final MethodHandle READLINKAT = Native.function("readlinkat", LONG, INT, POINTER, POINTER, LONG);

    private Fds() {}

    static void close(int fd) {
        try {
            // EINTR and EIO leave the descriptor closed on Linux: there is nothing to do again.
            int _ = (int) CLOSE.invokeExact(Native.errnoSlot(), fd);
        } catch (Throwable t) {
            throw Native.unexpected(t);
        }
    }

    /** The file status flags, which live on the open file and are seen by all its descriptors. */
    public static int statusFlags(OwnedFd fd) {
        return fcntl(fd, F_GETFL, 0);
    }

    public static void setStatusFlags(OwnedFd fd, int flags) {
        fcntl(fd, F_SETFL, flags);
    }

    private static int fcntl(OwnedFd fd, int command, int argument) {
        try {
            return Native.check("fcntl", (int) FCNTL.invokeExact(Native.errnoSlot(), fd.number(), command, argument));
        } catch (Throwable t) {
            throw Native.unexpected(t);
        }
    }

    /** A duplicate with the given number, replacing what was open there. */
    public static OwnedFd dup3(OwnedFd fd, int number) {
        try {
            return new OwnedFd(
                    Native.check("dup3", (int) DUP3.invokeExact(Native.errnoSlot(), fd.number(), number, O_CLOEXEC)));
        } catch (Throwable t) {
            throw Native.unexpected(t);
        }
    }

    /** Opens a directory, for a {@link LinkReader}. */
    public static OwnedFd openDirectory(String path) {
        return open(path, O_DIRECTORY);
    }

    /** For reading. */
    static OwnedFd open(String path, int flags) {
        try (Arena arena = Arena.ofConfined()) {
            return new OwnedFd(Native.check("open " + path, (int)
                    OPEN.invokeExact(Native.errnoSlot(), arena.allocateFrom(path), flags | O_CLOEXEC)));
        } catch (Throwable t) {
            throw Native.unexpected(t);
        }
    }

    /** One read(2); how many bytes came. */
    static int read(OwnedFd fd, MemorySegment into) {
        try {
            return (int) Native.check(
                    "read", (long) READ.invokeExact(Native.errnoSlot(), fd.number(), into, into.byteSize()));
        } catch (Throwable t) {
            throw Native.unexpected(t);
        }
    }

    /** The inode in a link of /proc/PID/fd ("socket:[1234]", proc(5)); -1 when it is no socket. */
    public static long socketInode(String link) {
        return link.startsWith(SOCKET) ? Long.parseLong(link, SOCKET.length(), link.length() - 1, 10) : -1;
    }

    /** The inode of a socket of ours. */
    public static long socketInode(OwnedFd fd) {
        try (LinkReader links = new LinkReader("/proc/self/fd")) {
            return socketInode(links.read(String.valueOf(fd.number())));
        }
    }

    /** What a link of a few characters points to, as those of /proc/PID/fd for sockets; longer ones are cut. */
    public static final class LinkReader implements AutoCloseable {
        private final OwnedFd directory;
        private final Arena arena = Arena.ofConfined();
        private final MemorySegment name = arena.allocate(LINK_MAX);
        private final MemorySegment target = arena.allocate(LINK_MAX);

        /** ENOENT or ESRCH when the process is gone. */
        public LinkReader(String directory) {
            // Before the arena is there: it would never be freed.
            this(openDirectory(directory));
        }

        private LinkReader(OwnedFd directory) {
            this.directory = directory;
        }

        /** Empty when there is no such link any more. */
        public String read(String link) {
            name.setString(0, link);
            try {
                long length = (long)
                        READLINKAT.invokeExact(Native.errnoSlot(), directory.number(), name, target, (long) LINK_MAX);
                if (length < 0) {
                    return "";
                }
                byte[] bytes = target.asSlice(0, length).toArray(Native.BYTE);
                return new String(bytes, StandardCharsets.US_ASCII);
            } catch (Throwable t) {
                throw Native.unexpected(t);
            }
        }

        @Override
        public void close() {
            directory.close();
            arena.close();
        }
    }
}
