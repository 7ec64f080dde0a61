package dev.holdfast.agent.cycle;

import dev.holdfast.agent.linux.Processes;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;

/**
 * The agent dies of SIGKILL.
 *
 * @param point where
 * @param millis how long after that
 */
record Death(String point, long millis) implements Consumer<String> {
    private static final int SIGKILL = 9;

    static Death at(String told) {
        String[] parts = told.split("\\+", 2);
        return new Death(parts[0], parts.length == 1 ? 0 : Long.parseLong(parts[1]));
    }

    @Override
    public void accept(String here) {
        if (!here.equals(point)) {
            return;
        }
        if (millis == 0) {
            die();
        }
        Thread.ofPlatform().daemon().name("fault").start(() -> {
            LockSupport.parkNanos(millis * 1_000_000);
            die();
        });
    }

    /** All threads of it, this one too. */
    private static void die() {
        Processes.kill((int) ProcessHandle.current().pid(), SIGKILL);
        LockSupport.park();
    }
}
