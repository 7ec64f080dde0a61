package dev.holdfast.acceptance.server;

import dev.holdfast.acceptance.load.Http;
import dev.holdfast.acceptance.load.Protocol;
import dev.holdfast.acceptance.load.Task;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** Python's http.server: a thread for each connection. Its versions serve different files. */
public record PythonFileServer() implements RealServer {
    @Override
    public String name() {
        return "python";
    }

    @Override
    public Optional<String> missing() {
        return Python.missing();
    }

    @Override
    public ServerImage image(Version version, Listen listen, Path work) throws IOException {
        BundleDirectory bundle = BundleDirectory.in(work, version.name());
        bundle.putNumberedFiles(name(), version.name());
        bundle.putLargeFiles("large", name(), version.name());
        List<String> exec = List.of(
                Python.require(),
                "-m",
                "http.server",
                "--protocol",
                "HTTP/1.1",
                "--bind",
                listen.host(),
                String.valueOf(listen.port()));
        return new ServerImage(version.name(), ManifestText.of(exec, listen, spoken()), bundle.path());
    }

    @Override
    public Protocol protocol() {
        return Http.files(name());
    }

    @Override
    public int backlog() {
        return 4;
    }

    @Override
    public int requestsPerSecond() {
        return 1_000;
    }

    @Override
    public Optional<Protocol> largeAnswers() {
        return Optional.of(Task.largeFiles(name()));
    }
}
