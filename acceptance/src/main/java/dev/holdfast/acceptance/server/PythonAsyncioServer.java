package dev.holdfast.acceptance.server;

import dev.holdfast.acceptance.load.Http;
import dev.holdfast.acceptance.load.Protocol;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** A small server on Python's asyncio. */
public record PythonAsyncioServer() implements RealServer {
    @Override
    public String name() {
        return "asyncio";
    }

    @Override
    public Optional<String> missing() {
        return Python.missing();
    }

    @Override
    public ServerImage image(Version version, Listen listen, Path work) throws IOException {
        BundleDirectory bundle = BundleDirectory.in(work, version.name());
        bundle.put("server.py", "server.py");
        List<String> exec =
                List.of(Python.require(), "server.py", version.name(), listen.host(), String.valueOf(listen.port()));
        return new ServerImage(version.name(), ManifestText.of(exec, listen, spoken()), bundle.path());
    }

    @Override
    public Protocol protocol() {
        return Http.numbered(name());
    }

    @Override
    public int requestsPerSecond() {
        return 2_000;
    }
}
