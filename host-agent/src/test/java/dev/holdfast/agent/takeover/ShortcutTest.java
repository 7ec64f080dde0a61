package dev.holdfast.agent.takeover;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.holdfast.agent.linux.ProcessMemory;
import dev.holdfast.agent.linux.Processes;
import dev.holdfast.agent.linux.Ptrace;
import dev.holdfast.agent.linux.Registers;
import dev.holdfast.agent.linux.SharedMemory;
import dev.holdfast.agent.linux.Wait;
import dev.holdfast.agent.process.Launch;
import dev.holdfast.agent.process.Launcher;
import dev.holdfast.agent.process.LogFiles;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A thread may be stopped at any instruction of a shortcut: it has a connection then, or it has none and has changed nothing. */
class ShortcutTest {
    private static final int SIGKILL = 9;
    private static final long SYS_MMAP = 9;
    private static final int READ_WRITE = 3;
    private static final int READ_WRITE_EXECUTE = 7;
    private static final int MAP_SHARED = 1;
    private static final int MAP_PRIVATE_ANONYMOUS = 0x22;
    private static final int PAGE = 4096;
    // In the page: the shortcut, the mov and the instruction, the name and its length.
    private static final int MOV_AT = 1024;
    private static final int NAME_AT = 2048;
    private static final int LENGTH_AT = 2200;
    /** More than there are instructions in it. */
    private static final int STEPS = 60;

    private static final int LISTENER = 7;
    private static final int DESCRIPTOR = 100;
    private static final byte[] NONE = new byte[28];
    private static final byte[] PEER = new byte[28];

    private static final int SINGLE_STEP = 9;
    private static final MethodHandle PTRACE = Linker.nativeLinker()
            .downcallHandle(
                    Linker.nativeLinker().defaultLookup().findOrThrow("ptrace"),
                    FunctionDescriptor.of(
                            ValueLayout.JAVA_LONG,
                            ValueLayout.JAVA_INT,
                            ValueLayout.JAVA_INT,
                            ValueLayout.JAVA_LONG,
                            ValueLayout.JAVA_LONG),
                    Linker.Option.firstVariadicArg(1));

    static {
        for (int i = 0; i < PEER.length; i++) {
            PEER[i] = (byte) (i + 1);
        }
    }

    @TempDir
    Path dir;

    private Tracee server;
    private Space space;
    private Registers found;
    private long page;

    @BeforeEach
    void trace() {
        LogFiles logs = new LogFiles(dir.resolve("out"), dir.resolve("err"), 0);
        int pid = Launcher.start(
                new Launch(List.of("/bin/sleep", "600"), null, Map.of("PATH", "/usr/bin:/bin"), dir, logs));
        // It becomes that program only after its start; then what is in its memory would be gone.
        await().until(() ->
                Files.readSymbolicLink(Path.of("/proc/" + pid + "/exe")).endsWith("sleep"));
        Ptrace.seize(pid);
        Ptrace.interrupt(pid);
        assertThat(Wait.waitpid(pid, Wait.WALL).orElseThrow().stopped()).isTrue();
        space = new Space(pid);
        server = new Tracee(pid, space, _ -> {});
        server.toCall();
        found = new Registers();
        Ptrace.registers(pid, found);
        space.learn(server, found);
        page = map(PAGE, READ_WRITE_EXECUTE, MAP_PRIVATE_ANONYMOUS, -1);
    }

    @AfterEach
    void end() {
        Processes.kill(server.tid, SIGKILL);
        space.close();
    }

    private long map(long size, int protection, int flags, int fd) {
        return Tracee.checked(
                "mmap", server.inject(found, space.instruction, SYS_MMAP, 0, size, protection, flags, fd, 0));
    }

    private AcceptQueue queue(long[] address) {
        SharedMemory shared = SharedMemory.allocate("test", AcceptQueue.size(1));
        int theirs = space.receive(server, found, List.of(shared.fd()), true)[0];
        address[0] = map(shared.bytes().byteSize(), READ_WRITE, MAP_SHARED, theirs);
        shared.fd().close();
        return new AcceptQueue(shared.bytes(), address[0]);
    }

    @Test
    void whoIsStoppedInItHasAConnectionOrNone() throws Throwable {
        int took = 0;
        for (int steps = 0; steps < STEPS; steps++) {
            long[] address = new long[1];
            AcceptQueue queue = queue(address);
            Shortcut shortcut = covered(address[0]);
            assertThat(queue.add(LISTENER, 0, DESCRIPTOR, PEER)).isTrue();
            run(steps);
            boolean inside = shortcut.contains(server.registers.rip());
            if (inside) {
                shortcut.leave(server.tid, server.registers);
            }
            long behind = page + MOV_AT + 7;
            boolean has = server.registers.rip() == behind;
            took += has && inside ? 1 : 0;

            assertThat(queue.taken()).as("after %d steps", steps).isEqualTo(has ? 1 : 0);
            assertThat(name()).as("after %d steps", steps).isEqualTo(has ? PEER : NONE);
            if (has) {
                assertThat(server.registers.rax()).isEqualTo(DESCRIPTOR);
                assertThat(ProcessMemory.readInt(server.tid, page + LENGTH_AT)).isEqualTo(PEER.length);
            } else {
                assertThat(server.registers.rip()).isEqualTo(page + MOV_AT);
            }
            shortcut.clear(server);
            assertThat(Shortcut.follows(server, page + MOV_AT + 5, Gate.SYS_ACCEPT))
                    .isTrue();
            if (has && !inside) {
                break;
            }
        }
        assertThat(took).as("stops between its taking and its end").isGreaterThan(10);
    }

    /** A process with an accept, and room for a name. */
    private Shortcut covered(long queue) {
        byte[] accept = {(byte) 0xb8, (byte) Gate.SYS_ACCEPT, 0, 0, 0, 0x0f, 0x05};
        ProcessMemory.write(server.tid, page + MOV_AT, accept);
        ProcessMemory.write(server.tid, page + NAME_AT, NONE);
        ProcessMemory.write(
                server.tid,
                page + LENGTH_AT,
                ByteBuffer.allocate(4)
                        .order(ByteOrder.LITTLE_ENDIAN)
                        .putInt(128)
                        .array());
        Shortcut shortcut = new Shortcut(page, page + MOV_AT + 5, Gate.SYS_ACCEPT);
        shortcut.set(server, queue);
        return shortcut;
    }

    /** So many instructions from the mov on, which is a jump now. */
    private void run(int steps) throws Throwable {
        Registers begin = found.copy().rip(page + MOV_AT).origRax(-1);
        Ptrace.setRegisters(server.tid, begin.arguments(LISTENER, page + NAME_AT, page + LENGTH_AT));
        for (int done = 0; done < steps; done++) {
            assertThat((long) PTRACE.invokeExact(SINGLE_STEP, server.tid, 0L, 0L))
                    .isZero();
            assertThat(Wait.waitpid(server.tid, Wait.WALL).orElseThrow().stopped())
                    .isTrue();
        }
        Ptrace.registers(server.tid, server.registers);
    }

    private byte[] name() {
        return ProcessMemory.read(server.tid, page + NAME_AT, PEER.length);
    }
}
