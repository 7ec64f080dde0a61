package dev.holdfast.agent.link;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.common.address.HostPort;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;

class ManagersTest {
    private static final List<HostPort> THREE =
            List.of(new HostPort("a", 1), new HostPort("b", 1), new HostPort("c", 1));

    @Test
    void agentsBeginWithAnyOfThem() {
        Set<HostPort> first = new HashSet<>();
        for (int seed = 0; seed < 50; seed++) {
            try (Managers managers = new Managers(THREE, new Random(seed))) {
                first.add(managers.current().address());
            }
        }
        assertThat(first).containsExactlyInAnyOrderElementsOf(THREE);
    }

    @Test
    void onlyAfterAllHaveFailedThereIsAPause() {
        try (Managers managers = new Managers(THREE, new Random(1))) {
            Set<HostPort> tried = new HashSet<>();
            for (boolean isPause : List.of(false, false, true, false, false, true)) {
                tried.add(managers.current().address());
                assertThat(managers.goOn()).isEqualTo(isPause);
            }
            assertThat(tried).hasSize(3);
            managers.goOn();
            managers.arrived();
            assertThat(managers.goOn()).isFalse();
            assertThat(managers.goOn()).isFalse();
            assertThat(managers.goOn()).isTrue();
        }
    }

    @Test
    void afterTheOnlyOneThereIsAlwaysAPause() {
        try (Managers managers = new Managers(THREE.subList(0, 1), new Random(1))) {
            managers.arrived();
            assertThat(managers.goOn()).isTrue();
            assertThat(managers.goOn()).isTrue();
        }
    }
}
