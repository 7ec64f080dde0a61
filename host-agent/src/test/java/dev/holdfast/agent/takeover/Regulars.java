package dev.holdfast.agent.takeover;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;

/** Clients that a server has of its own, and that ask and ask: each answer is checked. */
final class Regulars implements AutoCloseable {
    private static final Duration SOON = Duration.ofSeconds(20);
    private static final long PAUSE_NANOS = 2_000_000;

    /** One request and the check of its answer. */
    interface Question {
        void ask(Socket client) throws IOException;
    }

    private final Queue<Throwable> errors = new ConcurrentLinkedQueue<>();
    private final List<Thread> threads = new ArrayList<>();
    private final AtomicLong answers = new AtomicLong();
    private final AtomicLong longestNanos = new AtomicLong();
    private volatile boolean enough;

    Regulars(int count, int port, Question question) throws InterruptedException {
        CountDownLatch begun = new CountDownLatch(count);
        for (int i = 0; i < count; i++) {
            threads.add(Thread.ofVirtual().start(() -> askOn(port, question, begun)));
        }
        begun.await();
        longestNanos.set(0);
    }

    private void askOn(int port, Question question, CountDownLatch begun) {
        try (Socket client = new Socket(InetAddress.getLoopbackAddress(), port)) {
            client.setSoTimeout(15_000);
            question.ask(client);
            begun.countDown();
            while (!enough) {
                long start = System.nanoTime();
                question.ask(client);
                longestNanos.accumulateAndGet(System.nanoTime() - start, Math::max);
                answers.incrementAndGet();
                LockSupport.parkNanos(PAUSE_NANOS);
            }
        } catch (IOException | AssertionError e) {
            errors.add(e);
            begun.countDown();
        }
    }

    /** Waits until each may have asked again. */
    void goOn() {
        long goal = answers.get() + 2L * threads.size();
        await().atMost(SOON).until(() -> answers.get() >= goal || !errors.isEmpty());
    }

    long longestMillis() {
        return longestNanos.getAndSet(0) / 1_000_000;
    }

    /** None has seen anything but right answers. */
    @Override
    public void close() {
        enough = true;
        await().atMost(SOON).until(() -> threads.stream().noneMatch(Thread::isAlive));
        assertThat(errors).isEmpty();
        assertThat(answers.get()).isGreaterThan(threads.size());
    }
}
