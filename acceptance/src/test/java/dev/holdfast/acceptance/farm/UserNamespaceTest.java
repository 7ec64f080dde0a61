package dev.holdfast.acceptance.farm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.holdfast.acceptance.process.Installed;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** What the farm needs an ordinary user has in a user namespace. */
final class UserNamespaceTest {
    private static final String NETWORK = """
            ip netns add a && ip link add bridge1 type bridge && ip link add veth1 type veth peer name eth0 netns a \
            && ip netns exec a ip -o link show eth0 && id -u""";

    @BeforeAll
    static void thereAreSome() {
        Optional<String> missing = UserNamespace.missing();
        assumeTrue(missing.isEmpty(), () -> missing.orElse(""));
    }

    @Test
    void anOrdinaryUserCanMakeNetworks() {
        List<String> command = new ArrayList<>();
        boolean root =
                ProcessHandle.current().info().user().filter("root"::equals).isPresent();
        if (root) {
            command.addAll(List.of("setpriv", "--reuid=nobody", "--regid=nogroup", "--clear-groups", "--"));
        }
        command.addAll(UserNamespace.command(List.of("/bin/sh", "-c", NETWORK)));

        String said = Installed.output(command);

        assertThat(said).contains("eth0@").doesNotEndWith("\n0");
    }

    @Test
    void theProgramIsToldThatItIsInside() {
        assertThat(UserNamespace.java("dev.holdfast.Main", List.of("--json")))
                .containsSequence("dev.holdfast.Main", "--json")
                .contains("-Dholdfast.farm.inside=true");
        assertThat(UserNamespace.isInside()).isFalse();
    }
}
