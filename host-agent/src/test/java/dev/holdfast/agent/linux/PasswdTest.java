package dev.holdfast.agent.linux;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class PasswdTest {
    @Test
    void usersAreFoundByName() {
        assertThat(Passwd.of("root")).hasValue(new Passwd("root", 0, 0, "/root"));
        assertThat(Passwd.of("nosuchuser")).isEmpty();
    }
}
