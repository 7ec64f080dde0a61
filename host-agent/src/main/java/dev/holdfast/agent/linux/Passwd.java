package dev.holdfast.agent.linux;

import static dev.holdfast.agent.linux.Native.INT;
import static dev.holdfast.agent.linux.Native.LONG;
import static dev.holdfast.agent.linux.Native.POINTER;

import java.lang.foreign.Arena;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.StructLayout;
import java.lang.invoke.MethodHandle;
import java.util.Optional;

/**
 * struct passwd of pwd.h, through getpwnam_r(3) and so through NSS.
 *
 * @param home the home directory
 */
public record Passwd(String name, int uid, int gid, String home) {
    static final StructLayout LAYOUT = MemoryLayout.structLayout(
            POINTER.withName("pw_name"),
            POINTER.withName("pw_passwd"),
            INT.withName("pw_uid"),
            INT.withName("pw_gid"),
            POINTER.withName("pw_gecos"),
            POINTER.withName("pw_dir"),
            POINTER.withName("pw_shell"));

    static final long UID = 16;
    static final long GID = 20;
    static final long HOME = 32;
    private static final long TEXT_MAX = 4096;
    private static final long BUFFER = 64 * 1024;

    private static final MethodHandle GETPWNAM_R =
            Native.function("getpwnam_r", INT, POINTER, POINTER, POINTER, LONG, POINTER);

    /** Empty when there is no user of that name. */
    public static Optional<Passwd> of(String name) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment entry = arena.allocate(LAYOUT);
            MemorySegment found = arena.allocate(POINTER);
            // It returns the error instead of setting errno.
            int error = (int) GETPWNAM_R.invokeExact(
                    Native.errnoSlot(), arena.allocateFrom(name), entry, arena.allocate(BUFFER), BUFFER, found);
            if (error != 0 && error != Errno.ENOENT && error != Errno.ESRCH) {
                throw new SyscallException("getpwnam_r " + name, error);
            }
            if (found.get(POINTER, 0).equals(MemorySegment.NULL)) {
                return Optional.empty();
            }
            String home = entry.get(POINTER, HOME).reinterpret(TEXT_MAX).getString(0);
            return Optional.of(new Passwd(name, entry.get(INT, UID), entry.get(INT, GID), home));
        } catch (Throwable t) {
            throw Native.unexpected(t);
        }
    }
}
