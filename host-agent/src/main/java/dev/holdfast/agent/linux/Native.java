package dev.holdfast.agent.linux;

import java.lang.foreign.AddressLayout;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.StructLayout;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.VarHandle;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What the callers share: how a libc function is found, and how errno is read. */
final class Native {
    static final ValueLayout.OfInt INT = ValueLayout.JAVA_INT;
    static final ValueLayout.OfLong LONG = ValueLayout.JAVA_LONG;
    static final ValueLayout.OfShort SHORT = ValueLayout.JAVA_SHORT;
    static final ValueLayout.OfByte BYTE = ValueLayout.JAVA_BYTE;
    static final AddressLayout POINTER = ValueLayout.ADDRESS;

    private static final Linker LINKER = Linker.nativeLinker();
    private static final StructLayout STATE = Linker.Option.captureStateLayout();
    private static final VarHandle ERRNO = STATE.varHandle(MemoryLayout.PathElement.groupElement("errno"));

    /** One errno slot a thread: a downcall does not unmount a virtual thread, so nobody comes between. */
    private static final ThreadLocal<MemorySegment> SLOT =
            ThreadLocal.withInitial(() -> Arena.ofAuto().allocate(STATE));

    /** Room for what one call takes or gives, a thread: what is made thousands of times a second is not to allocate. */
    private static final int SCRATCH_SIZE = 128;

    private static final ThreadLocal<MemorySegment> SCRATCH =
            ThreadLocal.withInitial(() -> Arena.ofAuto().allocate(SCRATCH_SIZE, 8));

    private static final @Nullable CallDeaths DEATHS = CallDeaths.asked();

    private Native() {}

    /** A function that sets errno: its handle takes the slot ({@link #errnoSlot}) as first argument. */
    static MethodHandle function(String name, MemoryLayout result, MemoryLayout... arguments) {
        return link(name, -1, result, arguments);
    }

    /** As {@link #function}, for a variadic one whose first {@code fixed} arguments are named. */
    static MethodHandle variadic(String name, int fixed, MemoryLayout result, MemoryLayout... arguments) {
        return link(name, fixed, result, arguments);
    }

    private static MethodHandle link(String name, int fixed, MemoryLayout result, MemoryLayout... arguments) {
        List<Linker.Option> options = new ArrayList<>(List.of(Linker.Option.captureCallState("errno")));
        if (fixed >= 0) {
            options.add(Linker.Option.firstVariadicArg(fixed));
        }
        MethodHandle call = LINKER.downcallHandle(
                LINKER.defaultLookup().findOrThrow(name),
                FunctionDescriptor.of(result, arguments),
                options.toArray(Linker.Option[]::new));
        return DEATHS == null ? call : DEATHS.around(name, call);
    }

    static MemorySegment errnoSlot() {
        return SLOT.get();
    }

    /** Up to 128 bytes, which hold until the thread's next call that uses them. */
    static MemorySegment scratch() {
        return SCRATCH.get();
    }

    static int errno() {
        return (int) ERRNO.get(SLOT.get(), 0L);
    }

    /** The result, or the exception when it is -1. */
    static int check(String call, int result) {
        if (result == -1) {
            throw new SyscallException(call, errno());
        }
        return result;
    }

    static long check(String call, long result) {
        if (result == -1) {
            throw new SyscallException(call, errno());
        }
        return result;
    }

    /** A handle declares Throwable, but a downcall throws none: this is {@link #check}'s, or of the code around. */
    static RuntimeException unexpected(Throwable thrown) {
        return switch (thrown) {
            case RuntimeException ours -> ours;
            case Error error -> throw error;
            default -> throw new AssertionError("downcall failed", thrown);
        };
    }
}
