package dev.holdfast.agent.linux;

import static dev.holdfast.agent.linux.Native.INT;
import static dev.holdfast.agent.linux.Native.POINTER;
import static dev.holdfast.agent.linux.Native.SHORT;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;
import java.util.List;

/**
 * posix_spawn(3): a child in a session of its own with default signals. Not ProcessBuilder, whose reaper would take
 * the stops of a traced child.
 */
public final class Spawn {
    private static final short SETSIGDEF = 0x04;
    private static final short SETSIGMASK = 0x08;
    private static final short SETSID = 0x80;
    private static final int O_RDONLY = 0;
    private static final int O_APPEND_CREATE = 1 | 0x40 | 0x400;
    // Generous upper bounds of opaque glibc structs (336, 80 and 128 bytes).
    private static final int ATTRIBUTES = 512;
    private static final int ACTIONS = 128;
    private static final int SIGSET = 128;

    private static final MethodHandle POSIX_SPAWN =
            Native.function("posix_spawn", INT, POINTER, POINTER, POINTER, POINTER, POINTER, POINTER);
    private static final MethodHandle ATTR_INIT = Native.function("posix_spawnattr_init", INT, POINTER);
    private static final MethodHandle ATTR_SETFLAGS = Native.function("posix_spawnattr_setflags", INT, POINTER, SHORT);
    private static final MethodHandle ATTR_SETSIGDEFAULT =
            Native.function("posix_spawnattr_setsigdefault", INT, POINTER, POINTER);
    private static final MethodHandle ATTR_SETSIGMASK =
            Native.function("posix_spawnattr_setsigmask", INT, POINTER, POINTER);
    private static final MethodHandle ACTIONS_INIT = Native.function("posix_spawn_file_actions_init", INT, POINTER);
    private static final MethodHandle ACTIONS_DESTROY =
            Native.function("posix_spawn_file_actions_destroy", INT, POINTER);
    private static final MethodHandle ADD_OPEN =
            Native.function("posix_spawn_file_actions_addopen", INT, POINTER, INT, POINTER, INT, INT);
    private static final MethodHandle ADD_CHDIR =
            Native.function("posix_spawn_file_actions_addchdir_np", INT, POINTER, POINTER);
    private static final MethodHandle ADD_DUP2 =
            Native.function("posix_spawn_file_actions_adddup2", INT, POINTER, INT, INT);
    private static final MethodHandle ADD_CLOSEFROM =
            Native.function("posix_spawn_file_actions_addclosefrom_np", INT, POINTER, INT);
    private static final MethodHandle SIGFILLSET = Native.function("sigfillset", INT, POINTER);

    private Spawn() {}

    /**
     * Runs a program.
     *
     * @param argv absolute program and arguments
     * @param env "NAME=value"
     * @param stdout appended to, made with mode 0640; as stderr
     * @param inherited descriptors that the child gets, under the same numbers
     * @return the pid
     */
    public static int spawn(
            List<String> argv,
            List<String> env,
            String workdir,
            String stdout,
            String stderr,
            List<OwnedFd> inherited) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment attributes = attributes(arena);
            MemorySegment actions = arena.allocate(ACTIONS);
            int made = (int) ACTIONS_INIT.invokeExact(Native.errnoSlot(), actions);
            result("posix_spawn_file_actions_init", made);
            open(arena, actions, 0, "/dev/null", O_RDONLY);
            open(arena, actions, 1, stdout, O_APPEND_CREATE);
            open(arena, actions, 2, stderr, O_APPEND_CREATE);
            int chdir = (int) ADD_CHDIR.invokeExact(Native.errnoSlot(), actions, arena.allocateFrom(workdir));
            result("posix_spawn_file_actions_addchdir_np", chdir);
            if (inherited.isEmpty()) {
                // The JDK opens jars and sockets without O_CLOEXEC.
                int closed = (int) ADD_CLOSEFROM.invokeExact(Native.errnoSlot(), actions, 3);
                result("posix_spawn_file_actions_addclosefrom_np", closed);
            }
            for (OwnedFd fd : inherited) {
                // The same number twice takes FD_CLOEXEC off in the child.
                int dup = (int) ADD_DUP2.invokeExact(Native.errnoSlot(), actions, fd.number(), fd.number());
                result("posix_spawn_file_actions_adddup2", dup);
            }
            MemorySegment pid = arena.allocate(INT);
            int spawned = (int) POSIX_SPAWN.invokeExact(
                    Native.errnoSlot(),
                    pid,
                    arena.allocateFrom(argv.getFirst()),
                    actions,
                    attributes,
                    strings(arena, argv),
                    strings(arena, env));
            int _ = (int) ACTIONS_DESTROY.invokeExact(Native.errnoSlot(), actions);
            result("posix_spawn " + argv.getFirst(), spawned);
            return pid.get(INT, 0);
        } catch (SyscallException e) {
            throw e;
        } catch (Throwable t) {
            throw Native.unexpected(t);
        }
    }

    private static MemorySegment attributes(Arena arena) throws Throwable {
        MemorySegment attributes = arena.allocate(ATTRIBUTES);
        MemorySegment all = arena.allocate(SIGSET);
        MemorySegment none = arena.allocate(SIGSET);
        int filled = (int) SIGFILLSET.invokeExact(Native.errnoSlot(), all);
        result("sigfillset", filled);
        int made = (int) ATTR_INIT.invokeExact(Native.errnoSlot(), attributes);
        result("posix_spawnattr_init", made);
        int defaults = (int) ATTR_SETSIGDEFAULT.invokeExact(Native.errnoSlot(), attributes, all);
        result("posix_spawnattr_setsigdefault", defaults);
        int mask = (int) ATTR_SETSIGMASK.invokeExact(Native.errnoSlot(), attributes, none);
        result("posix_spawnattr_setsigmask", mask);
        short flags = (short) (SETSIGDEF | SETSIGMASK | SETSID);
        int set = (int) ATTR_SETFLAGS.invokeExact(Native.errnoSlot(), attributes, flags);
        result("posix_spawnattr_setflags", set);
        return attributes;
    }

    private static void open(Arena arena, MemorySegment actions, int fd, String path, int flags) throws Throwable {
        int added = (int) ADD_OPEN.invokeExact(Native.errnoSlot(), actions, fd, arena.allocateFrom(path), flags, 0640);
        result("posix_spawn_file_actions_addopen", added);
    }

    private static MemorySegment strings(Arena arena, List<String> strings) {
        MemorySegment array = arena.allocate(POINTER, strings.size() + 1L);
        for (int i = 0; i < strings.size(); i++) {
            array.setAtIndex(POINTER, i, arena.allocateFrom(strings.get(i)));
        }
        return array;
    }

    /** These functions return the error instead of setting errno. */
    private static void result(String call, int error) {
        if (error != 0) {
            throw new SyscallException(call, error);
        }
    }
}
