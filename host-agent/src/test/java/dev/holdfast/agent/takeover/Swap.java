package dev.holdfast.agent.takeover;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.agent.linux.Processes;
import dev.holdfast.agent.linux.Sockets;
import dev.holdfast.agent.process.Exits;
import dev.holdfast.agent.process.Launch;
import dev.holdfast.agent.process.Launcher;
import dev.holdfast.agent.process.LogFiles;
import dev.holdfast.agent.process.ProcessTree;
import dev.holdfast.common.manifest.PortSpec;
import dev.holdfast.common.manifest.Takeover;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.awaitility.Awaitility;

/** Runs the engine over a real server without the rest of the agent. */
final class Swap implements AutoCloseable {
    final Path directory;
    final int port;
    private static final int SIGKILL = 9;
    private static final int TCP_DEFER_ACCEPT = 9;

    private final Exits exits = new Exits();
    private final Launch launch;
    private int pid;
    private int withoutStop;
    private List<HeldConnection> deliveredInVain = List.of();
    private final List<Socket> clients = new ArrayList<>();

    Swap(Path directory, int port, List<String> argv) {
        this.directory = directory;
        this.port = port;
        LogFiles logs = new LogFiles(directory.resolve("out"), directory.resolve("err"), 0);
        launch = new Launch(argv, null, Map.of("PATH", "/usr/bin:/bin:/usr/sbin"), directory, logs);
        pid = Launcher.start(launch);
        Awaitility.await().atMost(Duration.ofSeconds(20)).ignoreExceptions().until(() -> {
            new Socket(InetAddress.getLoopbackAddress(), port).close();
            return true;
        });
    }

    void connect(int count) throws IOException {
        for (int i = 0; i < count; i++) {
            Socket client = new Socket();
            client.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
            client.setSoTimeout(15_000);
            clients.add(client);
        }
    }

    int pid() {
        return pid;
    }

    List<Socket> clients() {
        return clients;
    }

    /** Sends a request on a client's connection. */
    static void get(Socket client, String path) throws IOException {
        client.getOutputStream()
                .write(("GET " + path + " HTTP/1.1\r\nHost: x\r\n\r\n").getBytes(StandardCharsets.US_ASCII));
    }

    /** Reads one answer with a Content-Length; its status line and body. */
    static String answer(Socket client) throws IOException {
        BufferedReader in =
                new BufferedReader(new InputStreamReader(client.getInputStream(), StandardCharsets.US_ASCII), 1);
        String status = in.readLine();
        int length = 0;
        for (String line = in.readLine(); line != null && !line.isEmpty(); line = in.readLine()) {
            if (line.toLowerCase(java.util.Locale.ROOT).startsWith("content-length:")) {
                length = Integer.parseInt(line.substring(15).strip());
            }
        }
        char[] body = new char[length];
        int read = 0;
        while (read < length) {
            read += in.read(body, read, length - read);
        }
        return status + "\n" + new String(body);
    }

    /** Hold to resume; what runs while the server is paused is given. */
    void swap(ThrowingRunnable whilePaused) throws Exception {
        swap(whilePaused, () -> {});
    }

    void swap(ThrowingRunnable whilePaused, ThrowingRunnable beforeDelivery) throws Exception {
        swap(whilePaused, beforeDelivery, () -> {});
    }

    void swap(ThrowingRunnable whilePaused, ThrowingRunnable beforeDelivery, Runnable whenAllIsDelivered)
            throws Exception {
        swap(whilePaused, beforeDelivery, () -> {}, whenAllIsDelivered);
    }

    /** With something that is done while the delivery takes long. */
    void swapMeanwhile(Runnable meanwhile) throws Exception {
        swap(() -> {}, () -> {}, meanwhile, () -> {});
    }

    private void swap(
            ThrowingRunnable whilePaused,
            ThrowingRunnable beforeDelivery,
            Runnable meanwhile,
            Runnable whenAllIsDelivered)
            throws Exception {
        try (HeldSockets held = new HeldSockets()) {
            swap(held, whilePaused, beforeDelivery, meanwhile, whenAllIsDelivered);
        }
    }

    private void swap(
            HeldSockets held,
            ThrowingRunnable whilePaused,
            ThrowingRunnable beforeDelivery,
            Runnable meanwhile,
            Runnable whenAllIsDelivered)
            throws Exception {
        long t0 = System.nanoTime();
        Holder holder = new Holder(held, List.of(new PortSpec(null, port)));
        holder.refresh(ProcessTree.of(pid).pids());
        long t1 = System.nanoTime();
        long t2;
        long t3;
        try (Quiesce quiesce = new Quiesce(held, holder, pid, Takeover.DEFAULT)) {
            quiesce.observe();
            quiesce.pause();
            t2 = System.nanoTime();
            whilePaused.run();
            assertThat(quiesce.await()).isInstanceOf(Quiesce.Result.Quiet.class);
            t3 = System.nanoTime();
        }
        ProcessTree.of(pid).killAll(exits, Duration.ofSeconds(5));
        long t4 = System.nanoTime();
        try (NewServer server = start(held)) {
            long t5 = System.nanoTime();
            deliver(server, held, beforeDelivery, meanwhile, whenAllIsDelivered);
            long t6 = System.nanoTime();
            int n = server.delivered().size();
            System.out.printf(
                    "hold %.1f us, pause %.1f us, quiesce %.0f ms, stop %.1f ms, start %.0f ms, graft %.1f us (%d, %d without a stop)%n",
                    (t1 - t0) / 1e3 / n,
                    (t2 - t1) / 1e3 / n,
                    (t3 - t2) / 1e6,
                    (t4 - t3) / 1e6,
                    (t5 - t4) / 1e6,
                    (t6 - t5) / 1e3 / n,
                    n,
                    server.withoutStop());
            withoutStop = server.withoutStop();
            server.newcomers().forEach(HeldConnection::close);
        }
    }

    private void deliver(
            NewServer server,
            HeldSockets held,
            ThrowingRunnable beforeDelivery,
            Runnable meanwhile,
            Runnable whenAllIsDelivered)
            throws Exception {
        List<Integer> deferrals = deferrals(held);
        beforeDelivery.run();
        try {
            server.deliver(held.connections(), Later.NOBODY, held.processes(), meanwhile, whenAllIsDelivered);
        } catch (TakeoverException e) {
            assertThat(server.closed()).isEmpty();
            assertThat(Descriptors.bells(port)).as("bells").isZero();
            assertThat(deferrals(held)).as("as they were").isEqualTo(deferrals);
            deliveredInVain = server.delivered();
            server.kill();
            throw e;
        }
        assertThat(server.delivered())
                .as("who was held, and who came meanwhile")
                .hasSize(held.connections().size() + server.newcomers().size());
    }

    private static List<Integer> deferrals(HeldSockets held) {
        return held.listeners().stream()
                .map(listener -> held.sockets().option(listener.fd(), Sockets.IPPROTO_TCP, TCP_DEFER_ACCEPT))
                .toList();
    }

    /** How many connections the new server took by itself in the last swap. */
    int withoutStop() {
        return withoutStop;
    }

    /** The peers of those that a new server had accepted when its delivery failed. */
    List<InetSocketAddress> deliveredInVain() {
        return deliveredInVain.stream().map(HeldConnection::peer).toList();
    }

    /** Whether the server's C library is one in which it can. */
    boolean canTakeByItself() {
        try (Space space = new Space(pid)) {
            return LibraryAccepts.findIn(space);
        }
    }

    /**
     * Swaps while clients ask, and kills a process of the new server as soon as one of the first of them is answered: most
     * often in the middle of the delivery.
     *
     * @param victim of the new server's processes, its first one first
     * @return how the delivery failed; empty where it was over before
     */
    Optional<TakeoverException> swapAndKill(Function<List<Integer>, Integer> victim) throws Exception {
        try (ExecutorService killer = Executors.newSingleThreadExecutor()) {
            swap(() -> {}, () -> {
                int doomed = victim.apply(ProcessTree.of(pid).pids());
                killer.execute(() -> {
                    awaitAnAnswer(clients.subList(0, 10));
                    Processes.kill(doomed, SIGKILL);
                });
                for (Socket client : clients) {
                    get(client, "/f");
                }
            });
            return Optional.empty();
        } catch (TakeoverException e) {
            return Optional.of(e);
        }
    }

    /** Without a pause, since it may be followed by all others within milliseconds. */
    private static void awaitAnAnswer(List<Socket> some) {
        long deadline = System.nanoTime() + Duration.ofSeconds(20).toNanos();
        while (some.stream().noneMatch(Swap::hasAnAnswer) && System.nanoTime() < deadline) {
            Thread.onSpinWait();
        }
    }

    /** The clients that have something to read. */
    List<InetSocketAddress> answered() {
        return clients.stream()
                .filter(Swap::hasAnAnswer)
                .map(client -> (InetSocketAddress) client.getLocalSocketAddress())
                .toList();
    }

    private static boolean hasAnAnswer(Socket client) {
        try {
            return client.getInputStream().available() > 0;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private NewServer start(HeldSockets held) throws Exception {
        pid = Launcher.spawnStopped(launch);
        Probes probes = new Probes();
        NewServer server = NewServer.start(pid, held.listeners(), probes);
        try (Socket probe = new Socket()) {
            probe.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
            InetSocketAddress local = (InetSocketAddress) probe.getLocalSocketAddress();
            probes.announce(local);
            probe.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
            assertThat(probes.awaitAccepted(local, Duration.ofSeconds(20))).isTrue();
        }
        return server;
    }

    /** Kills the server and starts another one, which gets the listeners and no connection. */
    HeldSockets replaceWithoutClients() throws Exception {
        HeldSockets held = new HeldSockets();
        ProcessTree old = ProcessTree.freeze(pid, Duration.ofSeconds(5));
        new Holder(held, List.of(new PortSpec(null, port))).refresh(old.pids());
        old.killAll(exits, Duration.ofSeconds(5));
        try (NewServer server = start(held)) {
            server.deliver(List.of(), 1);
        }
        return held;
    }

    /**
     * The same, with the new server started while the old one serves.
     *
     * @param whileBeside runs when both are there
     * @param whileServing is given the clients of the new server's while it does not have the others yet
     * @return where the new server was asked whether it is ready
     */
    InetSocketAddress swapBeside(ThrowingRunnable whileBeside, Served whileServing) throws Exception {
        HeldSockets held = new HeldSockets();
        Holder holder = new Holder(held, List.of(new PortSpec(null, port)));
        holder.refreshListeners(ProcessTree.of(pid).pids());
        assertThat(held.connections()).isEmpty();
        int next = Launcher.spawnStopped(launch);
        Probes probes = new Probes();
        NewServer server = NewServer.startBeside(next, held.listeners(), probes);
        InetSocketAddress asked = new InetSocketAddress(InetAddress.getLoopbackAddress(), port);
        InetSocketAddress probed = Awaitility.await()
                .atMost(Duration.ofSeconds(20))
                .until(() -> server.addressFor(asked), Optional::isPresent)
                .orElseThrow();
        try (Socket probe = new Socket()) {
            probe.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
            InetSocketAddress local = (InetSocketAddress) probe.getLocalSocketAddress();
            probes.announce(local);
            Awaitility.await().atMost(Duration.ofSeconds(20)).ignoreExceptions().until(() -> {
                probe.connect(probed);
                return true;
            });
            assertThat(probes.awaitAccepted(local, Duration.ofSeconds(20))).isTrue();
        }
        server.standBy();
        server.attend();
        whileBeside.run();
        holder.refresh(ProcessTree.of(pid).pids());
        Quiesce quiesce = new Quiesce(held, holder, pid, Takeover.DEFAULT);
        quiesce.observe();
        quiesce.pause();
        assertThat(quiesce.await()).isInstanceOf(Quiesce.Result.Quiet.class);
        ProcessTree.of(pid).killAll(exits, Duration.ofSeconds(5));
        pid = next;
        List<HeldConnection> all = List.copyOf(held.connections());
        // Where several processes have shares, all are needed at once.
        int atOnce = held.processes() == 1 ? all.size() / 2 : all.size();
        Later later = atOnce == all.size()
                ? Later.NOBODY
                : new Later(() -> found(all.subList(0, atOnce), all.subList(atOnce, all.size()), whileServing));
        server.deliver(all.subList(0, atOnce), later, held.processes(), () -> {}, () -> {});
        assertThat(server.delivered()).as("clients").containsAll(all);
        held.close();
        server.close();
        return probed;
    }

    private List<HeldConnection> found(List<HeldConnection> has, List<HeldConnection> others, Served whileServing) {
        Set<InetSocketAddress> peers = has.stream().map(HeldConnection::peer).collect(Collectors.toSet());
        try {
            whileServing.with(clients.stream()
                    .filter(client -> peers.contains(client.getLocalSocketAddress()))
                    .toList());
            return others;
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }

    int mostSocketsOfOneProcess() {
        return ProcessTree.of(pid).pids().stream()
                .mapToInt(one -> SocketTable.inodes(List.of(one)).size())
                .max()
                .orElseThrow();
    }

    interface ThrowingRunnable {
        void run() throws Exception;
    }

    interface Served {
        void with(List<Socket> some) throws Exception;
    }

    static void write(Path file, String text) throws IOException {
        Files.writeString(file, text);
    }

    @Override
    public void close() throws IOException {
        for (Socket client : clients) {
            client.close();
        }
        ProcessTree.of(pid).killAll(exits, Duration.ofSeconds(5));
    }
}
