package dev.holdfast.acceptance.farm;

import java.io.IOException;
import java.util.List;

/**
 * A host as far as the network goes: interfaces, addresses, routes and ports of its own.
 *
 * @param address where it is found from outside
 * @param manager where the manager is, seen from it
 */
public record NetworkNamespace(String name, String address, String manager) {
    /** Makes it, with an interface on a bridge. */
    static NetworkNamespace on(
            String bridge, String name, String interfaceName, String address, int prefix, String manager)
            throws IOException, InterruptedException {
        Ip.run("netns add " + name);
        Ip.run("link add %s type veth peer name eth0 netns %s".formatted(interfaceName, name));
        Ip.run("link set %s master %s up".formatted(interfaceName, bridge));
        Ip.run("-n %s addr add %s/%d dev eth0".formatted(name, address, prefix));
        Ip.run("-n %s link set eth0 up".formatted(name));
        Ip.run("-n %s link set lo up".formatted(name));
        return new NetworkNamespace(name, address, manager);
    }

    /** What a program in it is started by. */
    public List<String> starter() {
        return List.of(Ip.PROGRAM, "netns", "exec", name);
    }

    /** Nothing reaches the manager from here any more, nor the other way; clients are not concerned. */
    public void cutOffManager() throws IOException, InterruptedException {
        Ip.run("-n %s route add blackhole %s/32".formatted(name, manager));
    }

    /** Undoes {@link #cutOffManager}. */
    public void reachManagerAgain() throws IOException, InterruptedException {
        Ip.run("-n %s route del blackhole %s/32".formatted(name, manager));
    }
}
