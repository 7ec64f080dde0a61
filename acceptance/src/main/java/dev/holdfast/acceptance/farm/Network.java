package dev.holdfast.acceptance.farm;

import dev.holdfast.acceptance.process.Installed;
import java.io.IOException;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A bridge to which hosts are plugged in. This machine is on it with two addresses: one for clients, one where agents find
 * the manager. It leads nowhere else, and its addresses are of the range for tests (RFC 2544).
 */
public final class Network implements AutoCloseable {
    private static final String OURS = "hf";
    private static final Pattern NAMESPACE = Pattern.compile(OURS + "(\\d+)-\\d+");
    private static final Pattern BRIDGE = Pattern.compile("(?m)^\\d+: " + OURS + "(\\d+):");
    private static final int SUBNETS = 64;
    private static final int PREFIX = 22;
    private static final int FIRST_HOST = 10;
    /** The kernel removes an interface some time after its namespace: its name is not used again. */
    private static final AtomicInteger NAMED = new AtomicInteger();

    private final String name;
    private final String clients;
    private final String manager;
    private int hosts;
    private final Thread hook = new Thread(this::remove, "remove the network");

    private Network(String name, int subnet) {
        this.name = name;
        this.clients = "198.18." + 4 * subnet;
        this.manager = "198.18.%d.1".formatted(4 * subnet + 1);
        Runtime.getRuntime().addShutdownHook(hook);
    }

    /** Why there can be none here; empty when there can. */
    public static Optional<String> missing() throws InterruptedException {
        Optional<String> program = Installed.missing(Ip.PROGRAM, "iproute2");
        if (program.isPresent()) {
            return program;
        }
        String name = OURS + ProcessHandle.current().pid() + "-0";
        try {
            Ip.run("netns add " + name);
            Ip.run("netns del " + name);
            return Optional.empty();
        } catch (IOException e) {
            return Optional.of("network namespaces cannot be made here, which needs root: " + e.getMessage());
        }
    }

    /** Makes one, with no hosts yet, and removes what programs that were killed left of theirs. */
    public static Network open() throws IOException, InterruptedException {
        sweep();
        long pid = ProcessHandle.current().pid();
        String taken = Ip.run("-4 -o addr show");
        int subnet = (int) (pid % SUBNETS);
        for (int i = 0; i < SUBNETS && taken.contains("198.18." + 4 * subnet + "."); i++) {
            subnet = (subnet + 1) % SUBNETS;
        }
        Network network = new Network(OURS + pid, subnet);
        try {
            Ip.run("link add %s type bridge".formatted(network.name));
            // The first one is where clients come from.
            Ip.run("addr add %s.1/%d dev %s".formatted(network.clients, PREFIX, network.name));
            Ip.run("addr add %s/%d dev %s".formatted(network.manager, PREFIX, network.name));
            Ip.run("link set %s up".formatted(network.name));
            return network;
        } catch (IOException | InterruptedException e) {
            network.close();
            throw e;
        }
    }

    /** Where the manager is to listen for agents. */
    public String managerAddress() {
        return manager;
    }

    /** Plugs in one host more. */
    public NetworkNamespace addHost() throws IOException, InterruptedException {
        hosts++;
        String address = clients + "." + (FIRST_HOST + hosts);
        int number = NAMED.incrementAndGet();
        return NetworkNamespace.on(name, name + "-" + number, name + "." + number, address, PREFIX, manager);
    }

    @Override
    public void close() {
        remove();
        try {
            Runtime.getRuntime().removeShutdownHook(hook);
        } catch (IllegalStateException _) {
            // The program is ending; the hook finds nothing.
        }
    }

    private synchronized void remove() {
        try {
            sweep(ProcessHandle.current().pid());
        } catch (IOException e) {
            System.err.println("Could not remove the network " + name + ": " + e.getMessage());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static void sweep() throws IOException, InterruptedException {
        for (Pattern pattern : new Pattern[] {NAMESPACE, BRIDGE}) {
            Matcher found = pattern.matcher(pattern == NAMESPACE ? Ip.run("netns list") : Ip.run("-o link show"));
            while (found.find()) {
                long pid = Long.parseLong(found.group(1));
                if (ProcessHandle.of(pid).isEmpty()) {
                    sweep(pid);
                }
            }
        }
    }

    /** Its interfaces go with the namespaces. */
    private static void sweep(long pid) throws IOException, InterruptedException {
        Matcher namespace = NAMESPACE.matcher(Ip.run("netns list"));
        while (namespace.find()) {
            if (Long.parseLong(namespace.group(1)) == pid) {
                Ip.run("netns del " + namespace.group());
            }
        }
        Matcher bridge = BRIDGE.matcher(Ip.run("-o link show"));
        while (bridge.find()) {
            if (Long.parseLong(bridge.group(1)) == pid) {
                Ip.run("link del " + OURS + pid);
            }
        }
    }
}
