package dev.holdfast.agent.linux;

import static java.nio.file.StandardOpenOption.APPEND;
import static java.nio.file.StandardOpenOption.CREATE;
import static java.nio.file.StandardOpenOption.CREATE_NEW;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * For tests: this program dies of SIGKILL before and after each kernel call of a cycle that changes anything, once for each
 * place in the code that makes one. A file has the places where it has died, so that it comes farther when it is started
 * again.
 *
 * <p>Or it waits there, so that somebody else can be killed: as long as there is no file of that name with the ending ".off"
 * it makes one with the ending ".here", and goes on when that is removed. If it has become ".no" the place has its turn
 * another time.
 */
final class CallDeaths {
    private static final String ASKED = "holdfast.agent.calls";
    private static final String WAITS = "holdfast.agent.calls.wait";
    private static final String ROOT = "dev.holdfast.agent.";
    private static final List<String> CYCLE = List.of(ROOT + "cycle.", ROOT + "takeover.");
    private static final String CALLERS = ROOT + "linux.";
    /** Looks whether a cycle may begin. */
    private static final String PREFLIGHT = ROOT + "preflight.";

    /** The others only look, or change what ends with this program. */
    private static final Set<String> CHANGING = Set.of(
            "accept4",
            "connect",
            "dup3",
            "fcntl",
            "kill",
            "listen",
            "posix_spawn",
            "process_vm_writev",
            "ptrace",
            "send",
            "sendmsg",
            "setsockopt",
            "shutdown",
            "syscall",
            "write");

    /** Of the way to a call that many make, such as one that reads a process's memory. */
    private static final int FRAMES = 3;

    private static final int SIGKILL = 9;
    private static final Duration LONGEST = Duration.ofSeconds(60);
    private static final long LOOK_EVERY_NANOS = 500_000;

    private final Path file;
    private final boolean waits = Boolean.getBoolean(WAITS);
    private final Set<String> places;
    private final MethodHandle kill;

    private CallDeaths(Path file) {
        this.file = file;
        Linker linker = Linker.nativeLinker();
        this.kill = linker.downcallHandle(
                linker.defaultLookup().findOrThrow("kill"), FunctionDescriptor.of(Native.INT, Native.INT, Native.INT));
        try {
            this.places = ConcurrentHashMap.newKeySet();
            if (Files.exists(file)) {
                places.addAll(Files.readAllLines(file));
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Null, as nearly always, when nobody asked for it. */
    static @Nullable CallDeaths asked() {
        String file = System.getProperty(ASKED);
        return file == null ? null : new CallDeaths(Path.of(file));
    }

    /** The same call, which may be the last one. */
    MethodHandle around(String name, MethodHandle call) {
        if (!CHANGING.contains(name)) {
            return call;
        }
        MethodHandle before = handle(() -> passed("before", name));
        MethodHandle after = handle(() -> passed("after", name));
        MethodHandle result = MethodHandles.identity(call.type().returnType());
        return MethodHandles.filterReturnValue(
                MethodHandles.foldArguments(call, before), MethodHandles.foldArguments(result, after));
    }

    private static MethodHandle handle(Runnable what) {
        try {
            return MethodHandles.publicLookup()
                    .findVirtual(Runnable.class, "run", MethodType.methodType(void.class))
                    .bindTo(what);
        } catch (ReflectiveOperationException e) {
            throw new LinkageError("no method run", e);
        }
    }

    private void passed(String side, String name) {
        List<StackWalker.StackFrame> frames = StackWalker.getInstance()
                .walk(all -> all.filter(frame -> frame.getClassName().startsWith(ROOT)
                                && !frame.getClassName().startsWith(CALLERS))
                        .toList());
        if (frames.stream().noneMatch(CallDeaths::isOfCycle)
                || frames.stream().anyMatch(frame -> frame.getClassName().startsWith(PREFLIGHT))) {
            return;
        }
        String place = frames.stream()
                .limit(FRAMES)
                .map(frame -> frame.getClassName()
                                .substring(frame.getClassName().lastIndexOf('.') + 1) + ":" + frame.getLineNumber())
                .collect(Collectors.joining(" < ", side + " " + name + " ", "\n"));
        if (!places.contains(place.strip())) {
            reached(place);
        }
    }

    /** Once by one thread. */
    private synchronized void reached(String place) {
        try {
            if (!places.add(place.strip())) {
                return;
            }
            if (!waits) {
                // Without a sync: what is written outlives the program, though not the machine.
                Files.writeString(file, place, CREATE, APPEND);
                die();
            } else if (!Files.exists(with(".off")) && isTaken(place)) {
                Files.writeString(file, place, CREATE, APPEND);
            } else {
                places.remove(place.strip());
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private Path with(String ending) {
        return file.resolveSibling(file.getFileName() + ending);
    }

    private boolean isTaken(String place) throws IOException {
        Path here = Files.writeString(with(".here"), place, CREATE_NEW);
        long deadline = System.nanoTime() + LONGEST.toNanos();
        while (Files.exists(here) && System.nanoTime() < deadline) {
            LockSupport.parkNanos(LOOK_EVERY_NANOS);
        }
        return !Files.deleteIfExists(with(".no"));
    }

    private static boolean isOfCycle(StackWalker.StackFrame frame) {
        return CYCLE.stream().anyMatch(frame.getClassName()::startsWith);
    }

    private void die() {
        try {
            int _ = (int) kill.invokeExact((int) ProcessHandle.current().pid(), SIGKILL);
        } catch (Throwable e) {
            throw new LinkageError("cannot die", e);
        }
    }
}
