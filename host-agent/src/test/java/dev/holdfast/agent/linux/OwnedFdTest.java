package dev.holdfast.agent.linux;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class OwnedFdTest {
    private static boolean open(int number) {
        return Files.exists(Path.of("/proc/self/fd/" + number), LinkOption.NOFOLLOW_LINKS);
    }

    private static boolean closesOnExec(OwnedFd fd) throws IOException {
        String flags = Files.readAllLines(Path.of("/proc/self/fdinfo/" + fd.number())).stream()
                .filter(line -> line.startsWith("flags:"))
                .findFirst()
                .orElseThrow();
        return (Long.parseLong(flags.substring(6).strip(), 8) & Fds.O_CLOEXEC) != 0;
    }

    @Test
    void aSecondCloseDoesNotCloseWhoHasTheNumberNow() {
        try (OwnedFd directory = Fds.openDirectory("/")) {
            OwnedFd first = Fds.dup3(directory, 3000);
            first.close();
            assertThat(open(3000)).isFalse();
            try (OwnedFd heir = Fds.dup3(directory, 3000)) {
                first.close();

                assertThat(first.isClosed()).isTrue();
                assertThat(open(heir.number())).isTrue();
            }
        }
    }

    @Test
    void ofManyWhoCloseItOneDoes() throws Exception {
        try (ExecutorService executor = Executors.newFixedThreadPool(2)) {
            for (int round = 0; round < 20; round++) {
                List<OwnedFd> shared = directories(200);
                AtomicInteger closed = new AtomicInteger();
                Callable<List<OwnedFd>> closeAndTakeTheNumbers = () -> {
                    List<OwnedFd> heirs = new ArrayList<>();
                    for (int i = 0; i < shared.size(); i++) {
                        closed.incrementAndGet();
                        while (closed.get() < 2 * (i + 1)) {
                            Thread.onSpinWait();
                        }
                        shared.get(i).close();
                        heirs.add(Fds.openDirectory("/"));
                    }
                    return heirs;
                };
                Future<List<OwnedFd>> one = executor.submit(closeAndTakeTheNumbers);
                Future<List<OwnedFd>> other = executor.submit(closeAndTakeTheNumbers);
                List<OwnedFd> heirs = new ArrayList<>(one.get());
                heirs.addAll(other.get());

                assertThat(heirs.stream().map(OwnedFd::number).distinct()).hasSize(heirs.size());
                heirs.forEach(OwnedFd::close);
            }
        }
    }

    private static List<OwnedFd> directories(int count) {
        return Stream.generate(() -> Fds.openDirectory("/")).limit(count).toList();
    }

    @Test
    void aClosedOneHasNoNumber() {
        OwnedFd fd = Fds.openDirectory("/");
        fd.close();

        assertThatThrownBy(fd::number).isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(() -> Fds.statusFlags(fd)).isInstanceOf(IllegalStateException.class);
    }

    @Test
    void isNotInheritedByWhatIsExecuted() throws IOException {
        try (Loopback pair = new Loopback();
                OwnedFd pidfd =
                        Processes.pidfdOpen((int) ProcessHandle.current().pid());
                OwnedFd got = Processes.pidfdGetfd(pidfd, 0);
                OwnedFd directory = Fds.openDirectory("/");
                OwnedFd duplicate = Fds.dup3(directory, 3001)) {
            for (OwnedFd fd : List.of(pair.listener, pair.client, pair.server, pidfd, got, directory, duplicate)) {
                assertThat(closesOnExec(fd)).as(fd.toString()).isTrue();
            }
        }
    }
}
