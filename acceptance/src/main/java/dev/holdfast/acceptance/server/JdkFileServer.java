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

/** The JDK's jwebserver, started as the module that it is, because its launcher takes no properties. */
public record JdkFileServer() implements RealServer {
    @Override
    public String name() {
        return "jwebserver";
    }

    @Override
    public Optional<String> missing() {
        return Optional.empty();
    }

    @Override
    public ServerImage image(Version version, Listen listen, Path work) throws IOException {
        BundleDirectory bundle = BundleDirectory.in(work, version.name());
        bundle.putNumberedFiles(name(), version.name());
        bundle.putLargeFiles("large", name(), version.name());
        List<String> exec = new ArrayList<>(List.of(Installed.java()));
        exec.addAll(ShopServer.PATIENT_JAVA);
        // Unless it is told otherwise, jwebserver itself takes 200 connections and no more, and closes those that have
        // not asked
        // within 5 s of being accepted.
        exec.add("-Djdk.httpserver.maxConnections=20000");
        exec.add("-Dsun.net.httpserver.maxReqTime=3600");
        exec.addAll(List.of("-m", "jdk.httpserver", "-o", "none"));
        exec.addAll(List.of("-b", listen.host(), "-p", String.valueOf(listen.port())));
        // One thread serves all, and waits in its reads: of what it has begun when it is paused, one after the other
        // comes to
        // its end.
        return new ServerImage(
                version.name(),
                ManifestText.of(exec, listen, spoken())
                        .readyHttp("/0.txt", "30s")
                        .withTakeover("deadline", "30s"),
                bundle.path());
    }

    @Override
    public Protocol protocol() {
        return Http.files(name());
    }

    @Override
    public Optional<Protocol> largeAnswers() {
        return Optional.of(Task.largeFiles(name()));
    }
}
