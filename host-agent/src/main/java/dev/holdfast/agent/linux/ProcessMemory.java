package dev.holdfast.agent.linux;

import static dev.holdfast.agent.linux.Native.INT;
import static dev.holdfast.agent.linux.Native.LONG;
import static dev.holdfast.agent.linux.Native.POINTER;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;

/** process_vm_readv(2) and process_vm_writev(2): the memory of a process that this one may trace. */
public final class ProcessMemory {
    private static final MethodHandle READV =
            Native.function("process_vm_readv", LONG, INT, POINTER, LONG, POINTER, LONG, LONG);
    private static final MethodHandle WRITEV =
            Native.function("process_vm_writev", LONG, INT, POINTER, LONG, POINTER, LONG, LONG);

    private ProcessMemory() {}

    public static byte[] read(int pid, long address, int size) {
        byte[] bytes = new byte[size];
        transfer("process_vm_readv", READV, pid, address, bytes);
        return bytes;
    }

    public static void write(int pid, long address, byte[] bytes) {
        transfer("process_vm_writev", WRITEV, pid, address, bytes);
    }

    /** The first bytes of an array to one address and an int to another, in one call. */
    public static void write(int pid, long address, byte[] bytes, int count, long intAddress, int value) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment memory = arena.allocate(2 * Iovec.SIZE + Iovec.SIZE + bytes.length + 8L, 8);
            MemorySegment local = memory.asSlice(2 * Iovec.SIZE, Iovec.SIZE);
            MemorySegment data = memory.asSlice(3 * Iovec.SIZE);
            MemorySegment.copy(bytes, 0, data, Native.BYTE, 0, count);
            data.set(ValueLayout.JAVA_INT_UNALIGNED, count, value);
            new Iovec(address, count).write(memory);
            new Iovec(intAddress, 4).write(memory.asSlice(Iovec.SIZE));
            new Iovec(data.address(), count + 4L).write(local);
            long done = (long) WRITEV.invokeExact(Native.errnoSlot(), pid, local, 1L, memory, 2L, 0L);
            Native.check("process_vm_writev", done);
            if (done != count + 4L) {
                throw new SyscallException("process_vm_writev (partial)", Errno.EFAULT);
            }
        } catch (Throwable t) {
            throw Native.unexpected(t);
        }
    }

    public static int readInt(int pid, long address) {
        return MemorySegment.ofArray(read(pid, address, 4)).get(ValueLayout.JAVA_INT_UNALIGNED, 0);
    }

    private static void transfer(String call, MethodHandle handle, int pid, long address, byte[] bytes) {
        if (bytes.length == 0) {
            return;
        }
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment buffer = arena.allocate(bytes.length);
            buffer.copyFrom(MemorySegment.ofArray(bytes));
            MemorySegment local = iovec(arena, buffer.address(), bytes.length);
            MemorySegment remote = iovec(arena, address, bytes.length);
            long done = (long) handle.invokeExact(Native.errnoSlot(), pid, local, 1L, remote, 1L, 0L);
            Native.check(call, done);
            if (done != bytes.length) {
                throw new SyscallException(call + " (partial)", Errno.EFAULT);
            }
            MemorySegment.ofArray(bytes).copyFrom(buffer);
        } catch (Throwable t) {
            throw Native.unexpected(t);
        }
    }

    private static MemorySegment iovec(Arena arena, long base, long length) {
        MemorySegment iovec = arena.allocate(Iovec.SIZE, 8);
        new Iovec(base, length).write(iovec);
        return iovec;
    }
}
