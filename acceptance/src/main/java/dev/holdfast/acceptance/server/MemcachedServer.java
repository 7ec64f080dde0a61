package dev.holdfast.acceptance.server;

import dev.holdfast.acceptance.load.Memcached;
import dev.holdfast.acceptance.load.Protocol;
import dev.holdfast.acceptance.process.Installed;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** The installed memcached; its two versions differ in a setting that has no effect here, the delimiter of key prefixes. */
public record MemcachedServer() implements RealServer {
    @Override
    public String name() {
        return "memcached";
    }

    @Override
    public Optional<String> missing() {
        return Installed.missing("memcached", "memcached");
    }

    @Override
    public ServerImage image(Version version, Listen listen, Path work) {
        List<String> exec = List.of(
                Installed.require("memcached"),
                "-l",
                listen.host(),
                "-p",
                String.valueOf(listen.port()),
                "-c",
                "16000",
                "-b",
                "4096",
                "-D",
                version.name(),
                // As root it wants to be told whom to run as; others ignore it.
                "-u",
                System.getProperty("user.name"));
        return new ServerImage(version.name(), ManifestText.of(exec, listen, spoken()), null);
    }

    @Override
    public Protocol protocol() {
        return new Memcached();
    }

    @Override
    public String spoken() {
        return "memcached";
    }
}
