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
    /** A generous upper bound of the opaque posix_spawnattr_t. */
    static final int ATTRIBUTES = 512;
    /** sizeof(sigset_t). */
    static final int SIGSET = 128;

    private static final MethodHandle POSIX_SPAWN =
            Native.function("posix_spawn", INT, POINTER, POINTER, POINTER, POINTER, POINTER, POINTER);
    private static final MethodHandle ATTR_INIT = Native.function("posix_spawnattr_init", INT, POINTER);
    private static final MethodHandle ATTR_SETFLAGS = Native.function("posix_spawnattr_setflags", INT, POINTER, SHORT);
    private static final MethodHandle ATTR_SETSIGDEFAULT =
            Native.function("posix_spawnattr_setsigdefault", INT, POINTER, POINTER);
    private static final MethodHandle ATTR_SETSIGMASK =
            Native.function("posix_spawnattr_setsigmask", INT, POINTER, POINTER);
    private static final MethodHandle SIGFILLSET = Native.function("sigfillset", INT, POINTER);

    private Spawn() {}

    /**
     * Runs a program.
     *
     * @param argv absolute program and arguments
     * @param env "NAME=value"
     * @param stdout appended to, made with mode 0640; as stderr
     * @param inherited descriptors that the child gets, under the same numbers, beside input and output; no others
     * @return the pid
     */
    public static int spawn(
            List<String> argv,
            List<String> env,
            String workdir,
            String stdout,
            String stderr,
            List<OwnedFd> inherited) {
        try (OwnedFd nothing = Fds.open("/dev/null", O_RDONLY)) {
            return spawn(argv, env, workdir, nothing, stdout, stderr, inherited);
        }
    }

    /** As above, reading that. */
    public static int spawn(
            List<String> argv,
            List<String> env,
            String workdir,
            OwnedFd stdin,
            String stdout,
            String stderr,
            List<OwnedFd> inherited) {
        try (Arena arena = Arena.ofConfined();
                SpawnActions actions = new SpawnActions(arena)) {
            actions.input(stdin);
            actions.open(1, stdout, O_APPEND_CREATE);
            actions.open(2, stderr, O_APPEND_CREATE);
            actions.chdir(workdir);
            actions.inherit(inherited);
            MemorySegment pid = arena.allocate(INT);
            int spawned = (int) POSIX_SPAWN.invokeExact(
                    Native.errnoSlot(),
                    pid,
                    arena.allocateFrom(argv.getFirst()),
                    actions.segment(),
                    attributes(arena),
                    strings(arena, argv),
                    strings(arena, env));
            result("posix_spawn " + argv.getFirst(), spawned);
            return pid.get(INT, 0);
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

    private static MemorySegment strings(Arena arena, List<String> strings) {
        MemorySegment array = arena.allocate(POINTER, strings.size() + 1L);
        for (int i = 0; i < strings.size(); i++) {
            array.setAtIndex(POINTER, i, arena.allocateFrom(strings.get(i)));
        }
        return array;
    }

    /** These functions return the error instead of setting errno. */
    static void result(String call, int error) {
        if (error != 0) {
            throw new SyscallException(call, error);
        }
    }
}
