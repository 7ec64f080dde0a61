package dev.holdfast.agent.takeover;

import dev.holdfast.agent.linux.SharedMemory;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;

/** A {@link Shortcut} in memory of this process, as a function that can be called: accept(2) of a server. */
final class AcceptFunction {
    /** What the function returns where a server would come to the breakpoint. */
    static final int STOPS = -99;

    private static final Linker LINKER = Linker.nativeLinker();
    private static final MethodHandle MMAP = LINKER.downcallHandle(
            LINKER.defaultLookup().findOrThrow("mmap"),
            FunctionDescriptor.of(
                    ValueLayout.ADDRESS,
                    ValueLayout.ADDRESS,
                    ValueLayout.JAVA_LONG,
                    ValueLayout.JAVA_INT,
                    ValueLayout.JAVA_INT,
                    ValueLayout.JAVA_INT,
                    ValueLayout.JAVA_LONG));
    private static final int PAGE = 4096;
    private static final int READ_WRITE_EXECUTE = 7;
    private static final int PRIVATE_ANONYMOUS = 0x22;
    private static final int ACCEPT_AT = 1024;
    /** Where the instruction would be: mov $-99, %eax; behind its two bytes, as after the call: ret. */
    private static final byte[] STOP = {(byte) 0xeb, 1, (byte) 0xc3, (byte) 0xb8, (byte) STOPS, -1, -1, -1, (byte) 0xc3
    };

    private final MethodHandle function;
    private final AcceptQueue queue;
    private final MemorySegment name = Arena.ofAuto().allocate(128);
    private final MemorySegment length = Arena.ofAuto().allocate(ValueLayout.JAVA_INT);

    AcceptFunction(int capacity, long number) {
        SharedMemory shared = SharedMemory.allocate("test", AcceptQueue.size(capacity));
        shared.fd().close();
        long address = shared.bytes().address();
        queue = new AcceptQueue(shared.bytes(), address);
        MemorySegment page = page();
        Shortcut shortcut = new Shortcut(page.address(), page.address() + ACCEPT_AT, number);
        MemorySegment.copy(MemorySegment.ofArray(shortcut.code(address)), 0, page, 0, Shortcut.SIZE);
        MemorySegment.copy(MemorySegment.ofArray(STOP), 0, page, ACCEPT_AT, STOP.length);
        function = LINKER.downcallHandle(
                page,
                FunctionDescriptor.of(
                        ValueLayout.JAVA_INT, ValueLayout.JAVA_INT, ValueLayout.ADDRESS, ValueLayout.ADDRESS));
    }

    private static MemorySegment page() {
        try {
            MemorySegment page = (MemorySegment)
                    MMAP.invokeExact(MemorySegment.NULL, (long) PAGE, READ_WRITE_EXECUTE, PRIVATE_ANONYMOUS, -1, 0L);
            return page.reinterpret(PAGE);
        } catch (Throwable t) {
            throw new AssertionError(t);
        }
    }

    AcceptQueue queue() {
        return queue;
    }

    int accept(int listener) {
        return accept(listener, 16);
    }

    int accept(int listener, int room) {
        length.set(ValueLayout.JAVA_INT, 0, room);
        return call(listener, name, length);
    }

    int acceptWithoutPeer(int listener) {
        return call(listener, MemorySegment.NULL, MemorySegment.NULL);
    }

    /** The name that the last accept has given. */
    byte[] peer() {
        return Arrays.copyOf(name.toArray(ValueLayout.JAVA_BYTE), length.get(ValueLayout.JAVA_INT, 0));
    }

    /** Takes what it can until it is over, by threads at the same time. */
    List<Integer> acceptAll(int listener, AtomicBoolean over) {
        MemorySegment ownName = Arena.ofAuto().allocate(128);
        MemorySegment ownLength = Arena.ofAuto().allocate(ValueLayout.JAVA_INT);
        List<Integer> taken = new ArrayList<>();
        while (!over.get()) {
            ownLength.set(ValueLayout.JAVA_INT, 0, 128);
            int descriptor = call(listener, ownName, ownLength);
            if (descriptor != STOPS) {
                taken.add(descriptor);
            }
        }
        return taken;
    }

    private int call(int listener, MemorySegment peer, MemorySegment size) {
        try {
            return (int) function.invokeExact(listener, peer, size);
        } catch (Throwable t) {
            throw new AssertionError(t);
        }
    }
}
