package dev.holdfast.agent.linux;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ProcessesTest {
    private static final int SIGKILL = 9;

    /** The pid of a process that has just ended: pids are given anew only after all others. */
    private static int nobody() {
        try (Sleeper sleeper = new Sleeper()) {
            return sleeper.pid;
        }
    }

    @Test
    void anExitIsAwaited() {
        try (Sleeper sleeper = new Sleeper();
                OwnedFd pidfd = Processes.pidfdOpen(sleeper.pid)) {
            assertThat(Processes.awaitExit(pidfd, Duration.ofMillis(20))).isFalse();

            Processes.kill(sleeper.pid, SIGKILL);

            assertThat(Processes.awaitExit(pidfd, Duration.ofDays(100))).isTrue();
            assertThat(Processes.kill(sleeper.pid, 0))
                    .as("a zombie takes signals")
                    .isTrue();
        }
    }

    @Test
    void aThreadBelongsToItsProcess() {
        try (Sleeper sleeper = new Sleeper()) {
            assertThat(Processes.isThread(sleeper.pid, sleeper.pid)).isTrue();
            assertThat(Processes.isThread((int) ProcessHandle.current().pid(), sleeper.pid))
                    .isFalse();
        }
    }

    @Test
    void aSignalGoesThroughAPidfd() {
        try (Sleeper sleeper = new Sleeper();
                OwnedFd pidfd = Processes.pidfdOpen(sleeper.pid)) {
            assertThat(Processes.kill(pidfd, 9)).isTrue();
            assertThat(Processes.awaitExit(pidfd, Duration.ofSeconds(10))).isTrue();
        }
    }

    @Test
    void aProcessThatIsNotThereIsNamed() {
        int nobody = nobody();

        assertThatThrownBy(() -> Processes.pidfdOpen(nobody))
                .isInstanceOf(SyscallException.class)
                .hasMessage("pidfd_open " + nobody + ": ESRCH: no such process");
        assertThat(Processes.kill(nobody, 0)).isFalse();
    }

    @Test
    void aDuplicateIsTheSameOpenFile() {
        try (Loopback pair = new Loopback();
                Sleeper sleeper = new Sleeper(pair.server);
                OwnedFd pidfd = Processes.pidfdOpen(sleeper.pid);
                OwnedFd duplicate = Processes.pidfdGetfd(pidfd, pair.server.number())) {
            Fds.setStatusFlags(duplicate, Fds.statusFlags(duplicate) | Fds.O_NONBLOCK);

            assertThat(Fds.socketInode(duplicate)).isEqualTo(Fds.socketInode(pair.server));
            assertThat(Fds.statusFlags(pair.server) & Fds.O_NONBLOCK).isNotZero();
            assertThatThrownBy(() -> Processes.pidfdGetfd(pidfd, 4000))
                    .hasMessage("pidfd_getfd: EBADF: bad file descriptor");
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {0, -1, -4711})
    void aGroupIsNotSignalledByMistake(int pid) {
        assertThatThrownBy(() -> Processes.kill(pid, 0)).isInstanceOf(IllegalArgumentException.class);
    }
}
