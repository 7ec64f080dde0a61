package dev.holdfast.agent.linux;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

class WaitTest {
    private static final Duration LONG = Duration.ofSeconds(10);

    private static int shell(String script) {
        return Spawn.spawn(List.of("/bin/sh", "-c", script), List.of(), "/", "/dev/null", "/dev/null", List.of());
    }

    @Test
    void tellsHowAProcessEnded() {
        assertThat(Wait.waitpid(shell("exit 7"), 0).orElseThrow().describe()).isEqualTo("exited with status 7");
        assertThat(Wait.waitpid(shell("kill -TERM $$"), 0).orElseThrow().describe())
                .isEqualTo("was killed by signal 15");
    }

    @Test
    void tellsOfAStopAndThenOfTheEnd() {
        int pid = shell("kill -STOP $$; exit 3");
        Wait.Status stopped = Wait.waitpid(pid, Wait.WUNTRACED).orElseThrow();

        assertThat(stopped.stopped()).isTrue();
        assertThat(stopped.describe()).isEqualTo("stopped by signal 19");
        assertThat(stopped.event()).isZero();
        assertThat(Wait.waitpid(pid, Wait.WNOHANG)).isEmpty();

        Processes.kill(pid, 18);
        assertThat(Wait.waitpid(pid, 0).orElseThrow().exitCode()).isEqualTo(3);
        assertThatThrownBy(() -> Wait.waitpid(pid, 0)).hasMessage("waitpid: ECHILD: no such child");
    }

    @Test
    void waitsNoLongerThanItIsTold() {
        int pid = shell("kill -STOP $$; exit 3");

        assertThat(Wait.within(pid, Wait.WUNTRACED, LONG).orElseThrow().stopped())
                .isTrue();
        assertThat(Wait.within(pid, 0, Duration.ofMillis(50))).isEmpty();

        Processes.kill(pid, 18);
        assertThat(Wait.within(pid, 0, LONG).orElseThrow().exitCode()).isEqualTo(3);
    }
}
