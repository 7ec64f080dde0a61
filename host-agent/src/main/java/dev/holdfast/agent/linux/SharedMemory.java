package dev.holdfast.agent.linux;

import static dev.holdfast.agent.linux.Native.INT;
import static dev.holdfast.agent.linux.Native.POINTER;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;
import java.nio.channels.FileChannel;
import java.nio.channels.FileChannel.MapMode;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/**
 * Memory that another process can map too (memfd_create(2)).
 *
 * @param fd what the other process is to map
 * @param bytes this process's mapping; it goes with the last reference to it, whether or not the descriptor is closed
 */
public record SharedMemory(OwnedFd fd, MemorySegment bytes) {
    private static final int MFD_CLOEXEC = 1;
    private static final MethodHandle MEMFD_CREATE = Native.function("memfd_create", INT, POINTER, INT);

    /** Zeros. */
    public static SharedMemory allocate(String name, long size) {
        OwnedFd fd = create(name);
        Path path = Path.of("/proc/self/fd/" + fd.number());
        try (FileChannel file = FileChannel.open(path, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
            return new SharedMemory(fd, file.map(MapMode.READ_WRITE, 0, size, Arena.ofAuto()));
        } catch (IOException e) {
            fd.close();
            throw new UncheckedIOException(e);
        }
    }

    private static OwnedFd create(String name) {
        try (Arena arena = Arena.ofConfined()) {
            return new OwnedFd(Native.check("memfd_create", (int)
                    MEMFD_CREATE.invokeExact(Native.errnoSlot(), arena.allocateFrom(name), MFD_CLOEXEC)));
        } catch (Throwable t) {
            throw Native.unexpected(t);
        }
    }
}
