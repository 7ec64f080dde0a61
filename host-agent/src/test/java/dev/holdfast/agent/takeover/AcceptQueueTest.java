package dev.holdfast.agent.takeover;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.agent.linux.SharedMemory;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** The queue, and the code that a server runs to take from it: here it is run by threads of this process. */
class AcceptQueueTest {
    private static final int LISTENER = 7;
    private static final int THREADS = 3;
    private static final byte[] FOUR = {2, 0, 1, 2, 127, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0};

    @Test
    void whatIsAddedIsTakenInOrderWithItsPeer() {
        AcceptFunction server = new AcceptFunction(10, Gate.SYS_ACCEPT);
        AcceptQueue queue = server.queue();

        assertThat(server.accept(LISTENER)).as("nothing is there").isEqualTo(AcceptFunction.STOPS);
        assertThat(queue.add(LISTENER, 0, 100, FOUR)).isTrue();
        assertThat(queue.add(LISTENER, 0, 101, FOUR)).isTrue();

        assertThat(server.accept(LISTENER + 1)).as("another listener").isEqualTo(AcceptFunction.STOPS);
        assertThat(server.accept(LISTENER, FOUR.length - 1)).as("no room").isEqualTo(AcceptFunction.STOPS);
        assertThat(server.accept(LISTENER)).isEqualTo(100);
        assertThat(server.peer()).isEqualTo(FOUR);
        assertThat(queue.left()).isEqualTo(2);
        assertThat(queue.taken()).isEqualTo(1);
        assertThat(server.acceptWithoutPeer(LISTENER)).isEqualTo(101);
        assertThat(queue.taken()).isEqualTo(1);
        assertThat(queue.left()).isZero();
        assertThat(server.accept(LISTENER)).isEqualTo(AcceptFunction.STOPS);
    }

    @Test
    void addressesOfSixAreCopiedWhole() {
        AcceptFunction server = new AcceptFunction(1, Gate.SYS_ACCEPT);
        byte[] six = new byte[28];
        ThreadLocalRandom.current().nextBytes(six);
        server.queue().add(LISTENER, 0, 5, six);

        assertThat(server.accept(LISTENER, 128)).isEqualTo(5);
        assertThat(server.peer()).isEqualTo(six);
    }

    @Test
    void ofAnotherKindOrBeyondItsRoomNothingIsAdded() {
        AcceptQueue queue = new AcceptFunction(2, Gate.SYS_ACCEPT).queue();

        assertThat(queue.serves(LISTENER, 0)).isTrue();
        assertThat(queue.add(LISTENER, 0, 5, FOUR)).isTrue();
        assertThat(queue.serves(LISTENER + 1, 0)).isFalse();
        assertThat(queue.serves(LISTENER, 1)).isFalse();
        assertThat(queue.add(LISTENER, 0, 6, new byte[28])).isFalse();
        assertThat(queue.add(LISTENER, 0, 6, FOUR)).isTrue();
        assertThat(queue.serves(LISTENER, 0)).as("full").isFalse();
        assertThat(queue.add(LISTENER, 0, 7, FOUR)).isFalse();
    }

    @Test
    void otherFlagsStop() {
        AcceptFunction server = new AcceptFunction(1, Gate.SYS_ACCEPT);
        server.queue().add(LISTENER, 0x800, 5, FOUR);

        assertThat(server.accept(LISTENER)).as("accept(2) has no flags").isEqualTo(AcceptFunction.STOPS);
        assertThat(server.queue().take()).isTrue();
    }

    @Test
    void afterItsCloseNothingIsTaken() {
        AcceptFunction server = new AcceptFunction(3, Gate.SYS_ACCEPT);
        AcceptQueue queue = server.queue();
        queue.add(LISTENER, 0, 5, FOUR);
        queue.add(LISTENER, 0, 6, FOUR);
        assertThat(server.accept(LISTENER)).isEqualTo(5);

        assertThat(queue.close()).as("taken until then").isEqualTo(1);
        assertThat(server.accept(LISTENER)).isEqualTo(AcceptFunction.STOPS);
        assertThat(queue.take()).isFalse();
        assertThat(queue.taken()).isZero();
        assertThat(queue.left()).isZero();
        assertThat(queue.serves(LISTENER, 0)).isFalse();
        assertThat(queue.close()).isZero();
    }

    /** The agent adds, takes and closes while threads of the server take: each is taken by one of them, or left. */
    @Test
    void nobodyTakesWhatAnotherHasTaken() throws Exception {
        for (int round = 0; round < 200; round++) {
            int count = 400;
            AcceptFunction server = new AcceptFunction(count, Gate.SYS_ACCEPT);
            AcceptQueue queue = server.queue();
            AtomicBoolean over = new AtomicBoolean();
            // They are added and taken in the order of their numbers: the agent's next is as many as it knows to be
            // gone.
            List<Integer> taken = new ArrayList<>();
            int gone = 0;
            try (ExecutorService threads = Executors.newFixedThreadPool(THREADS)) {
                List<Future<List<Integer>>> takers = new ArrayList<>();
                for (int i = 0; i < THREADS; i++) {
                    takers.add(threads.submit(() -> server.acceptAll(LISTENER, over)));
                }
                for (int i = 0; i < count; i++) {
                    assertThat(queue.add(LISTENER, 0, i, FOUR)).isTrue();
                    if (i % 7 == 0) {
                        gone += queue.taken();
                        if (queue.take()) {
                            taken.add(gone++);
                        }
                    }
                }
                gone += queue.close();
                over.set(true);
                for (Future<List<Integer>> taker : takers) {
                    taken.addAll(taker.get());
                }
                assertThat(taken)
                        .as("each once, and none beyond what the agent was told")
                        .containsExactlyInAnyOrderElementsOf(
                                IntStream.range(0, gone).boxed().toList());
            }
        }
    }

    @Test
    void sharedMemoryIsZero() {
        SharedMemory memory = SharedMemory.allocate("test", 100);
        memory.fd().close();

        assertThat(memory.bytes().byteSize()).isEqualTo(100);
        assertThat(memory.bytes().toArray(java.lang.foreign.ValueLayout.JAVA_BYTE))
                .containsOnly(0);
    }
}
