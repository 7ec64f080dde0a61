package dev.holdfast.manager.upgrade;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.holdfast.manager.store.Database;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
final class GroupCommitTest {
    private static final int THREADS = 40;
    private static final int EACH = 50;

    private final List<List<Integer>> groups = new ArrayList<>();

    @Test
    void writesAllOnceAndEachThreadsInOrder() throws Exception {
        GroupCommit<Integer> commit = new GroupCommit<>(groups::add);
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            for (int thread = 0; thread < THREADS; thread++) {
                int first = thread * EACH;
                threads.execute(() -> IntStream.range(first, first + EACH).forEach(commit::write));
            }
        }
        List<Integer> written = groups.stream().flatMap(List::stream).toList();
        assertThat(written).hasSize(THREADS * EACH).doesNotHaveDuplicates();
        for (int thread = 0; thread < THREADS; thread++) {
            int number = thread;
            assertThat(written.stream().filter(item -> item / EACH == number)).isSorted();
        }
    }

    @Test
    void whatComesWhileOneWritesIsOneGroup() throws Exception {
        CountDownLatch writing = new CountDownLatch(1);
        CountDownLatch go = new CountDownLatch(1);
        GroupCommit<Integer> commit = new GroupCommit<>(group -> {
            groups.add(group);
            writing.countDown();
            await().until(() -> go.getCount() == 0);
        });
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            threads.execute(() -> commit.write(0));
            writing.await();
            IntStream.range(1, 10).forEach(item -> threads.execute(() -> commit.write(item)));
            await().until(() -> commit.waiting() == 9);
            go.countDown();
        }
        assertThat(groups).hasSize(2);
        assertThat(groups.getLast())
                .containsExactlyInAnyOrderElementsOf(
                        IntStream.range(1, 10).boxed().toList());
    }

    @Test
    void whatWeighsMuchIsWrittenInSmallerGroups() throws Exception {
        CountDownLatch writing = new CountDownLatch(1);
        CountDownLatch go = new CountDownLatch(1);
        GroupCommit<Integer> commit = new GroupCommit<>(
                group -> {
                    groups.add(group);
                    writing.countDown();
                    await().until(() -> go.getCount() == 0);
                },
                _ -> 200);
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            threads.execute(() -> commit.write(0));
            writing.await();
            IntStream.range(1, 10).forEach(item -> threads.execute(() -> commit.write(item)));
            await().until(() -> commit.waiting() == 9);
            go.countDown();
        }
        assertThat(groups).extracting(List::size).containsExactly(1, 3, 3, 3);
    }

    /** As a group, and alone: the others are written, and only its own thread hears of it. */
    @Test
    void oneThatCannotBeWrittenKeepsNobodyFromIt() throws Exception {
        CountDownLatch writing = new CountDownLatch(1);
        CountDownLatch go = new CountDownLatch(1);
        GroupCommit<Integer> commit = new GroupCommit<>(group -> {
            writing.countDown();
            await().until(() -> go.getCount() == 0);
            if (group.contains(7)) {
                throw new IllegalStateException("not 7");
            }
            groups.add(group);
        });
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            threads.execute(() -> commit.write(0));
            writing.await();
            List<CompletableFuture<Void>> others = IntStream.of(6, 8)
                    .mapToObj(item -> CompletableFuture.runAsync(() -> commit.write(item), threads))
                    .toList();
            CompletableFuture<Void> seven = CompletableFuture.runAsync(() -> commit.write(7), threads);
            await().until(() -> commit.waiting() == 3);
            go.countDown();
            assertThatThrownBy(seven::join).hasRootCauseMessage("not 7");
            others.forEach(CompletableFuture::join);
        }
        assertThat(groups.stream().flatMap(List::stream)).containsExactlyInAnyOrder(0, 6, 8);
    }

    /** Each of them one by one would wait for it again. */
    @Test
    void aDatabaseThatIsAwayFailsAll() {
        GroupCommit<Integer> commit = new GroupCommit<>(group -> {
            groups.add(group);
            throw new Database.UnreachableException();
        });
        assertThatThrownBy(() -> commit.write(1)).isInstanceOf(Database.UnreachableException.class);
        assertThat(groups).containsExactly(List.of(1));
    }
}
