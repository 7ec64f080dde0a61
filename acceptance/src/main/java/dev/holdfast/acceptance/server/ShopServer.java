package dev.holdfast.acceptance.server;

import dev.holdfast.acceptance.load.Http;
import dev.holdfast.acceptance.load.Protocol;
import dev.holdfast.acceptance.load.Task;
import dev.holdfast.acceptance.process.Installed;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The shop, on the JDK's HttpServer.
 *
 * @param optionsOfB given to version B only, to make it a bad one
 */
public record ShopServer(List<String> optionsOfA, List<String> optionsOfB) implements RealServer {
    private static final String CLASS = "dev/holdfast/acceptance/shop/Shop.class";

    /** By default the JDK's server closes all but 200 idle connections, and those after 30 seconds. */
    static final List<String> PATIENT_JAVA = List.of(
            "-XX:+UseSerialGC",
            "-XX:TieredStopAtLevel=1",
            "-Xmx128m",
            "-Dsun.net.httpserver.maxIdleConnections=20000",
            "-Dsun.net.httpserver.idleInterval=3600",
            "-Dsun.net.httpserver.nodelay=true");

    public ShopServer() {
        this(List.of(), List.of());
    }

    @Override
    public String name() {
        return "shop";
    }

    @Override
    public Optional<String> missing() {
        return Optional.empty();
    }

    @Override
    public ServerImage image(Version version, Listen listen, Path work) throws IOException {
        String label = switch (version) {
            case A -> "v1";
            case B -> "v2";
        };
        BundleDirectory bundle = BundleDirectory.in(work, label);
        bundle.put("/" + CLASS, "classes/" + CLASS);
        List<String> exec = new ArrayList<>(List.of(Installed.java()));
        exec.addAll(PATIENT_JAVA);
        exec.addAll(List.of("-cp", "classes", "dev.holdfast.acceptance.shop.Shop"));
        exec.addAll(List.of("--address", listen.host(), "--port", String.valueOf(listen.port()), "--version", label));
        exec.addAll(version == Version.A ? optionsOfA : optionsOfB);
        return new ServerImage(
                label, ManifestText.of(exec, listen, spoken()).readyHttp("/healthz", "30s"), bundle.path());
    }

    @Override
    public Protocol protocol() {
        return Http.numbered(name());
    }

    @Override
    public Optional<Protocol> largeAnswers() {
        return Optional.of(Task.download());
    }
}
