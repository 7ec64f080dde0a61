package dev.holdfast.agent.linux;

import static dev.holdfast.agent.linux.Native.INT;
import static dev.holdfast.agent.linux.Native.POINTER;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;
import java.util.List;
import java.util.TreeSet;

/** posix_spawn_file_actions_t of posix_spawn(3): what a child does with its descriptors before it is the program. */
final class SpawnActions implements AutoCloseable {
    /** A generous upper bound of an opaque struct. */
    static final int SIZE = 128;

    private static final int FIRST_BEYOND_STDERR = 3;
    private static final int MODE = 0640;

    private static final MethodHandle INIT = Native.function("posix_spawn_file_actions_init", INT, POINTER);
    private static final MethodHandle DESTROY = Native.function("posix_spawn_file_actions_destroy", INT, POINTER);
    private static final MethodHandle ADD_OPEN =
            Native.function("posix_spawn_file_actions_addopen", INT, POINTER, INT, POINTER, INT, INT);
    private static final MethodHandle ADD_CHDIR =
            Native.function("posix_spawn_file_actions_addchdir_np", INT, POINTER, POINTER);
    private static final MethodHandle ADD_DUP2 =
            Native.function("posix_spawn_file_actions_adddup2", INT, POINTER, INT, INT);
    private static final MethodHandle ADD_CLOSE =
            Native.function("posix_spawn_file_actions_addclose", INT, POINTER, INT);
    private static final MethodHandle ADD_CLOSEFROM =
            Native.function("posix_spawn_file_actions_addclosefrom_np", INT, POINTER, INT);

    private final Arena arena;
    private final MemorySegment actions;

    SpawnActions(Arena arena) throws Throwable {
        this.arena = arena;
        actions = arena.allocate(SIZE, 8);
        int made = (int) INIT.invokeExact(Native.errnoSlot(), actions);
        Spawn.result("posix_spawn_file_actions_init", made);
    }

    MemorySegment segment() {
        return actions;
    }

    void open(int fd, String path, int flags) throws Throwable {
        int added = (int) ADD_OPEN.invokeExact(Native.errnoSlot(), actions, fd, arena.allocateFrom(path), flags, MODE);
        Spawn.result("posix_spawn_file_actions_addopen", added);
    }

    /** What the child reads. */
    void input(OwnedFd from) throws Throwable {
        int added = (int) ADD_DUP2.invokeExact(Native.errnoSlot(), actions, from.number(), 0);
        Spawn.result("posix_spawn_file_actions_adddup2", added);
    }

    void chdir(String directory) throws Throwable {
        int added = (int) ADD_CHDIR.invokeExact(Native.errnoSlot(), actions, arena.allocateFrom(directory));
        Spawn.result("posix_spawn_file_actions_addchdir_np", added);
    }

    /** Beyond stderr the child has just these: the JDK opens jars and sockets without O_CLOEXEC. */
    void inherit(List<OwnedFd> inherited) throws Throwable {
        int next = FIRST_BEYOND_STDERR;
        for (int number : new TreeSet<>(inherited.stream().map(OwnedFd::number).toList())) {
            for (; next < number; next++) {
                // It does not matter when nothing is open there.
                int closed = (int) ADD_CLOSE.invokeExact(Native.errnoSlot(), actions, next);
                Spawn.result("posix_spawn_file_actions_addclose", closed);
            }
            // The same number twice takes FD_CLOEXEC off in the child.
            int dup = (int) ADD_DUP2.invokeExact(Native.errnoSlot(), actions, number, number);
            Spawn.result("posix_spawn_file_actions_adddup2", dup);
            next = Math.max(next, number + 1);
        }
        int closed = (int) ADD_CLOSEFROM.invokeExact(Native.errnoSlot(), actions, next);
        Spawn.result("posix_spawn_file_actions_addclosefrom_np", closed);
    }

    @Override
    public void close() {
        try {
            int _ = (int) DESTROY.invokeExact(Native.errnoSlot(), actions);
        } catch (Throwable t) {
            throw Native.unexpected(t);
        }
    }
}
