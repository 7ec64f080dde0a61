package dev.holdfast.agent.linux;

import static dev.holdfast.agent.linux.Native.INT;
import static dev.holdfast.agent.linux.Native.LONG;
import static dev.holdfast.agent.linux.Native.POINTER;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;

/** A pipe to a child: it sees the end of input when we close our end, or die. pipe2(2), CLOEXEC. */
public record Pipe(OwnedFd readEnd, OwnedFd writeEnd) implements AutoCloseable {
    private static final MethodHandle PIPE2 = Native.function("pipe2", INT, POINTER, INT);
    private static final MethodHandle WRITE = Native.function("write", LONG, INT, POINTER, LONG);

    public static Pipe open() {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment ends = arena.allocate(INT, 2);
            Native.check("pipe2", (int) PIPE2.invokeExact(Native.errnoSlot(), ends, Fds.O_CLOEXEC));
            return new Pipe(new OwnedFd(ends.getAtIndex(INT, 0)), new OwnedFd(ends.getAtIndex(INT, 1)));
        } catch (Throwable t) {
            throw Native.unexpected(t);
        }
    }

    /** An empty line: the go-ahead for whoever waits for one. EPIPE when there is nobody. */
    public void writeLine() {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment line = arena.allocateFrom("\n");
            long written = (long) WRITE.invokeExact(Native.errnoSlot(), writeEnd.number(), line, 1L);
            Native.check("write to a pipe", written);
        } catch (Throwable t) {
            throw Native.unexpected(t);
        }
    }

    @Override
    public void close() {
        readEnd.close();
        writeEnd.close();
    }
}
