package dev.holdfast.acceptance.server;

import dev.holdfast.acceptance.load.Http;
import dev.holdfast.acceptance.load.Protocol;
import dev.holdfast.acceptance.process.Installed;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** The installed nginx; its two versions differ in their configuration. */
public record NginxServer(int workers) implements RealServer {
    /** With one worker. */
    public NginxServer() {
        this(1);
    }

    @Override
    public String name() {
        return "nginx";
    }

    @Override
    public Optional<String> missing() {
        return Installed.missing("nginx", "nginx-light");
    }

    @Override
    public ServerImage image(Version version, Listen listen, Path work) throws IOException {
        BundleDirectory bundle = BundleDirectory.in(work, version.name());
        Path configuration = bundle.put("nginx.conf", "nginx.conf");
        Files.writeString(
                configuration,
                Files.readString(configuration)
                        .replace("@WORK@", work.toString())
                        .replace("@VERSION@", version.name())
                        .replace("@WORKERS@", String.valueOf(workers))
                        .replace("@LISTEN@", listen.toString()));
        // -e: without it, nginx opens the system's error log, which an ordinary user may not.
        List<String> exec = List.of(Installed.require("nginx"), "-e", "stderr", "-p", ".", "-c", "nginx.conf");
        return new ServerImage(version.name(), ManifestText.of(exec, listen).readyHttp("/", "30s"), bundle.path());
    }

    @Override
    public Protocol protocol() {
        return Http.numbered(name());
    }
}
