package dev.holdfast.manager.contract;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.common.address.HostPort;
import dev.holdfast.manager.ManagerMain;
import io.grpc.ManagedChannel;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** ManagerMain in a process of its own, with a PostgreSQL of its own or a given one. */
final class ManagerProgram implements Calls {
    private static final Pattern READY = Pattern.compile("manager ready: admin (\\S+), agents (\\S+)");

    final Process process;
    private final Path dataDir;
    private final HostPort agents;
    private final ManagedChannel channel;

    private ManagerProgram(Process process, Path dataDir, HostPort admin, HostPort agents) {
        this.process = process;
        this.dataDir = dataDir;
        this.agents = agents;
        channel = RunningManager.channel(admin);
    }

    /** Waits until it says that it serves. */
    static ManagerProgram start(Path dataDir, String... options) throws IOException {
        Process process = launch(dataDir, "127.0.0.1:0", options);
        String line = String.valueOf(process.inputReader(StandardCharsets.UTF_8).readLine());
        Matcher ready = READY.matcher(line);
        if (!ready.matches()) {
            process.destroyForcibly();
            throw new AssertionError("the manager said: " + line);
        }
        return new ManagerProgram(process, dataDir, HostPort.parse(ready.group(1)), HostPort.parse(ready.group(2)));
    }

    static Process launch(Path dataDir, String admin, String... options) throws IOException {
        List<String> command = new ArrayList<>(List.of(
                ProcessHandle.current().info().command().orElseThrow(),
                "--enable-native-access=ALL-UNNAMED",
                "--sun-misc-unsafe-memory-access=allow",
                "-Xmx128m",
                "-XX:TieredStopAtLevel=1",
                "-XX:+UseSerialGC",
                "-cp",
                System.getProperty("java.class.path"),
                ManagerMain.class.getName()));
        command.addAll(List.of("--admin", admin, "--agents", "127.0.0.1:0", "--data-dir", dataDir.toString()));
        command.addAll(List.of(options));
        return new ProcessBuilder(command)
                .redirectError(dataDir.resolveSibling("manager.log").toFile())
                .start();
    }

    @Override
    public ManagedChannel channel() {
        return channel;
    }

    @Override
    public HostPort agentsPort() {
        return agents;
    }

    /** As a power cut ends it, but that its PostgreSQL lives on. */
    void kill() throws InterruptedException {
        channel.shutdownNow();
        process.destroyForcibly().waitFor();
    }

    /** In good order. */
    void close() throws InterruptedException {
        channel.shutdownNow();
        process.destroy();
        assertThat(process.waitFor(30, TimeUnit.SECONDS)).isTrue();
    }

    ProcessHandle postgres() throws IOException {
        String pid = Files.readAllLines(dataDir.resolve("postgres/data/postmaster.pid"))
                .getFirst();
        return ProcessHandle.of(Long.parseLong(pid.strip())).orElseThrow();
    }
}
