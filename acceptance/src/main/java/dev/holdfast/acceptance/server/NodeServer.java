package dev.holdfast.acceptance.server;

import dev.holdfast.acceptance.load.Http;
import dev.holdfast.acceptance.load.Protocol;
import dev.holdfast.acceptance.process.Installed;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** Node's http server. */
public record NodeServer() implements RealServer {
    @Override
    public String name() {
        return "node";
    }

    @Override
    public Optional<String> missing() {
        return Installed.missing("node", "nodejs");
    }

    @Override
    public ServerImage image(Version version, Listen listen, Path work) throws IOException {
        BundleDirectory bundle = BundleDirectory.in(work, version.name());
        bundle.put("server.js", "server.js");
        List<String> exec = List.of(
                Installed.require("node"), "server.js", version.name(), listen.host(), String.valueOf(listen.port()));
        return new ServerImage(
                version.name(), ManifestText.of(exec, listen, spoken()).readyHttp("/", "30s"), bundle.path());
    }

    @Override
    public Protocol protocol() {
        return Http.numbered(name());
    }
}
