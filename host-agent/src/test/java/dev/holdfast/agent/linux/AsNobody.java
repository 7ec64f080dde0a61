package dev.holdfast.agent.linux;

import static dev.holdfast.agent.linux.Native.LONG;

import java.lang.invoke.MethodHandle;
import java.util.concurrent.CompletableFuture;

/** What an agent without rights would be refused: to the kernel, credentials are a thread's own. */
public final class AsNobody {
    private static final long SYS_SETRESUID = 117;
    private static final long NOBODY = 65534;
    private static final MethodHandle SYSCALL = Native.variadic("syscall", 1, LONG, LONG, LONG, LONG, LONG);

    private AsNobody() {}

    /** Runs it on a thread of the user nobody; what it throws is a CompletionException's cause. */
    public static void run(Runnable work) {
        CompletableFuture<Void> done = new CompletableFuture<>();
        Thread.ofPlatform().name("nobody").start(() -> {
            try {
                setUser();
                work.run();
                done.complete(null);
            } catch (RuntimeException e) {
                done.completeExceptionally(e);
            }
        });
        done.join();
    }

    /** The raw call is for the calling thread alone; the library's is for all. */
    private static void setUser() {
        try {
            long set = (long) SYSCALL.invokeExact(Native.errnoSlot(), SYS_SETRESUID, NOBODY, NOBODY, NOBODY);
            Native.check("setresuid", set);
        } catch (Throwable t) {
            throw Native.unexpected(t);
        }
    }
}
