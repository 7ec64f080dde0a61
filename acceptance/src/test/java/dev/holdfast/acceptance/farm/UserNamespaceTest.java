package dev.holdfast.acceptance.farm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.holdfast.acceptance.process.Installed;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What the farm needs an ordinary user has in a user namespace. */
final class UserNamespaceTest {
    private static final String NETWORK = """
            ip netns add a && ip link add bridge1 type bridge && ip link add veth1 type veth peer name eth0 netns a \
            && ip netns exec a ip -o link show eth0 && id -u""";

    @Test
    void anOrdinaryUserCanMakeNetworks() {
        assumeTrue(
                Installed.output(asOrdinaryUser(List.of("echo", "inside"))).equals("inside"),
                "ordinary users may not make user namespaces here");

        String said = Installed.output(asOrdinaryUser(List.of("/bin/sh", "-c", NETWORK)));

        assertThat(said).contains("eth0@").doesNotEndWith("\n0");
    }

    private static List<String> asOrdinaryUser(List<String> inside) {
        List<String> command = new ArrayList<>();
        if (ProcessHandle.current().info().user().filter("root"::equals).isPresent()) {
            command.addAll(List.of("setpriv", "--reuid=nobody", "--regid=nogroup", "--clear-groups", "--"));
        }
        command.addAll(UserNamespace.command(inside));
        return command;
    }

    @Test
    void theProgramIsToldThatItIsInside() {
        assertThat(UserNamespace.java("dev.holdfast.Main", List.of("--json")))
                .containsSequence("dev.holdfast.Main", "--json")
                .contains("-Dholdfast.farm.inside=true");
        assertThat(UserNamespace.isInside()).isFalse();
    }
}
