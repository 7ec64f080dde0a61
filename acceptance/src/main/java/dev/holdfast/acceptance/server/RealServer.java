package dev.holdfast.acceptance.server;

import dev.holdfast.acceptance.load.Protocol;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** A server in two versions that clients can tell apart. It knows nothing of Holdfast. */
public interface RealServer {
    String name();

    /** Why it cannot run here; empty when it can. */
    Optional<String> missing();

    /**
     * Makes one version's image.
     *
     * @param work a directory of the server's own, the same for both versions; bundles are made in it too
     */
    ServerImage image(Version version, Listen listen, Path work) throws IOException;

    /** How clients ask it. */
    Protocol protocol();

    /** What it speaks, as manifests name it. */
    default String spoken() {
        return "http1";
    }

    /** How clients ask it for long answers, if it has any. */
    default Optional<Protocol> largeAnswers() {
        return Optional.empty();
    }

    /** How many connects may be under way at once without the server's backlog being too short for them. */
    default int backlog() {
        return 128;
    }

    /** How many requests a second it can answer with a CPU to share. */
    default int requestsPerSecond() {
        return 5_000;
    }

    /** Whether it answers requests that come several at once. */
    default boolean takesPipelines() {
        return true;
    }

    /** All of them. */
    static List<RealServer> all() {
        return List.of(
                new ShopServer(),
                new RedisServer(),
                new NginxServer(),
                new NginxServer(4),
                new MemcachedServer(),
                new NodeServer(),
                new PythonFileServer(),
                new PythonAsyncioServer(),
                new JdkFileServer());
    }
}
