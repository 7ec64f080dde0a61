package dev.holdfast.agent.linux;

import static dev.holdfast.agent.linux.Native.INT;
import static dev.holdfast.agent.linux.Native.LONG;
import static dev.holdfast.agent.linux.Native.POINTER;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;

/** sched_getaffinity(2), sched_setaffinity(2): on which CPUs a thread may run. */
public final class Affinity {
    static final int BYTES = 1024;

    private static final MethodHandle GET = Native.function("sched_getaffinity", INT, INT, LONG, POINTER);
    private static final MethodHandle SET = Native.function("sched_setaffinity", INT, INT, LONG, POINTER);
    private static final MethodHandle GETCPU = Native.function("sched_getcpu", INT);

    private Affinity() {}

    /** A thread's mask as the kernel has it; tid 0 is the calling thread. */
    public static byte[] of(int tid) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment mask = arena.allocate(BYTES);
            Native.check("sched_getaffinity", (int) GET.invokeExact(Native.errnoSlot(), tid, (long) BYTES, mask));
            return mask.toArray(Native.BYTE);
        } catch (Throwable t) {
            throw Native.unexpected(t);
        }
    }

    /** False when the thread is gone or the mask is not allowed. */
    public static boolean set(int tid, byte[] mask) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment segment = arena.allocate(mask.length);
            segment.copyFrom(MemorySegment.ofArray(mask));
            return (int) SET.invokeExact(Native.errnoSlot(), tid, (long) mask.length, segment) == 0;
        } catch (Throwable t) {
            throw Native.unexpected(t);
        }
    }

    /** From now on a thread runs on none of these CPUs, as far as there are others for it. */
    public static void keepOff(int tid, byte[] cpus) {
        byte[] rest = of(tid);
        for (int i = 0; i < rest.length; i++) {
            rest[i] &= (byte) ~cpus[i];
        }
        var _ = set(tid, rest);
    }

    /** The mask of just the CPU that the calling thread runs on. */
    public static byte[] current() {
        try {
            int cpu = Native.check("sched_getcpu", (int) GETCPU.invokeExact(Native.errnoSlot()));
            byte[] mask = new byte[BYTES];
            mask[cpu / 8] = (byte) (1 << cpu % 8);
            return mask;
        } catch (Throwable t) {
            throw Native.unexpected(t);
        }
    }
}
