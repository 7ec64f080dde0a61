package dev.holdfast.agent.linux;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
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
        try (Sockets sockets = new Sockets();
                ExecutorService executor = Executors.newFixedThreadPool(2)) {
            CyclicBarrier start = new CyclicBarrier(2);
            for (int round = 0; round < 500; round++) {
                OwnedFd shared = sockets.socket(SocketAddresses.AF_UNIX, Sockets.SOCK_STREAM);
                Callable<OwnedFd> closeAndTakeTheNumber = () -> {
                    start.await();
                    shared.close();
                    return Processes.pidfdOpen((int) ProcessHandle.current().pid());
                };
                Future<OwnedFd> one = executor.submit(closeAndTakeTheNumber);
                Future<OwnedFd> other = executor.submit(closeAndTakeTheNumber);
                List<OwnedFd> heirs = List.of(one.get(), other.get());

                assertThat(heirs).extracting(OwnedFd::number).doesNotHaveDuplicates();
                assertThat(heirs).allMatch(heir -> open(heir.number()));
                heirs.forEach(OwnedFd::close);
            }
        }
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
