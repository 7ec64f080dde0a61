package dev.holdfast.manager;

import dev.holdfast.common.address.HostPort;
import dev.holdfast.proto.admin.v1.CreateTenantRequest;
import dev.holdfast.proto.admin.v1.ListTenantsRequest;
import dev.holdfast.proto.admin.v1.Tenant;
import dev.holdfast.proto.admin.v1.TenantServiceGrpc;
import dev.holdfast.proto.admin.v1.TenantServiceGrpc.TenantServiceBlockingStub;
import io.grpc.ManagedChannel;
import io.grpc.netty.NettyChannelBuilder;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** ManagerMain in a process of its own, with a PostgreSQL of its own. */
final class ManagerProgram {
    private static final Pattern READY = Pattern.compile("manager ready: admin (\\S+), agents (\\S+)");

    final Process process;
    private final Path dataDir;
    private final HostPort admin;

    private ManagerProgram(Process process, Path dataDir, HostPort admin) {
        this.process = process;
        this.dataDir = dataDir;
        this.admin = admin;
    }

    /** Waits until it says that it serves. */
    static ManagerProgram start(Path dataDir) throws IOException {
        Process process = launch(dataDir);
        BufferedReader out = process.inputReader(StandardCharsets.UTF_8);
        String line = String.valueOf(out.readLine());
        Matcher ready = READY.matcher(line);
        if (!ready.matches()) {
            process.destroyForcibly();
            throw new AssertionError("the manager said: " + line);
        }
        return new ManagerProgram(process, dataDir, HostPort.parse(ready.group(1)));
    }

    static Process launch(Path dataDir) throws IOException {
        List<String> command = new ArrayList<>(List.of(
                ProcessHandle.current().info().command().orElseThrow(),
                "--enable-native-access=ALL-UNNAMED",
                "--sun-misc-unsafe-memory-access=allow",
                "-Xmx128m",
                "-XX:+UseSerialGC",
                "-cp",
                System.getProperty("java.class.path"),
                ManagerMain.class.getName()));
        command.addAll(List.of("--admin", "127.0.0.1:0", "--agents", "127.0.0.1:0", "--data-dir", dataDir.toString()));
        return new ProcessBuilder(command)
                .redirectError(dataDir.resolveSibling("manager.log").toFile())
                .start();
    }

    void createTenant(String name) {
        call(tenants -> tenants.createTenant(
                CreateTenantRequest.newBuilder().setName(name).build()));
    }

    List<String> tenants() {
        return call(tenants -> tenants.listTenants(ListTenantsRequest.getDefaultInstance()).getTenantsList().stream()
                .map(Tenant::getName)
                .toList());
    }

    private <T> T call(Function<TenantServiceBlockingStub, T> work) {
        ManagedChannel channel =
                NettyChannelBuilder.forAddress(admin.resolve()).usePlaintext().build();
        try {
            return work.apply(TenantServiceGrpc.newBlockingStub(channel));
        } finally {
            channel.shutdownNow();
        }
    }

    ProcessHandle postgres() throws IOException {
        String pid = Files.readAllLines(dataDir.resolve("postgres/data/postmaster.pid"))
                .getFirst();
        return ProcessHandle.of(Long.parseLong(pid.strip())).orElseThrow();
    }
}
