package dev.holdfast.agent.linux;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class PriorityTest {
    private static final int THIS_THREAD = 0;
    private static final int SIGKILL = 9;

    @Test
    void aThreadIsUrgentUntilItIsClosed() {
        int before = Priority.of(THIS_THREAD);

        try (Priority _ = Priority.first()) {
            assumeTrue(Priority.of(THIS_THREAD) == -20, "without the right to be more urgent (CAP_SYS_NICE)");
        }

        assertThat(Priority.of(THIS_THREAD)).isEqualTo(before);
    }

    @Test
    void aThreadStepsBackForGood() throws InterruptedException {
        int before = Priority.of(THIS_THREAD);
        AtomicInteger thread = new AtomicInteger();
        AtomicInteger itsOwn = new AtomicInteger();

        Thread.ofPlatform()
                .start(() -> {
                    Priority.stepBack();
                    thread.set(Priority.of(THIS_THREAD));
                    Thread made = Thread.ofPlatform().start(() -> itsOwn.set(Priority.of(THIS_THREAD)));
                    while (made.isAlive()) {
                        Thread.onSpinWait();
                    }
                })
                .join();

        assertThat(thread).hasValue(before + 5);
        assertThat(itsOwn).hasValue(before + 5);
        assertThat(Priority.of(THIS_THREAD)).isEqualTo(before);
    }

    /** A pool's thread lives on, and so would its urgency. */
    @Test
    void whatItStartsIsNot() throws InterruptedException {
        try (Priority _ = Priority.first()) {
            assumeTrue(Priority.of(THIS_THREAD) == -20, "without the right to be more urgent (CAP_SYS_NICE)");

            AtomicInteger thread = new AtomicInteger(-20);
            Thread.ofPlatform()
                    .start(() -> thread.set(Priority.of(THIS_THREAD)))
                    .join();
            assertThat(thread).hasValue(0);
            int pid = Spawn.spawn(List.of("/bin/sleep", "60"), List.of(), "/", "/dev/null", "/dev/null", List.of());
            try {
                assertThat(Priority.of(pid)).isEqualTo(0);
            } finally {
                Processes.kill(pid, SIGKILL);
                Wait.waitpid(pid, 0);
            }
        }
    }
}
