package dev.holdfast.acceptance.server;

import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * What is published of a server.
 *
 * @param version as it stands in the server's answers
 * @param bundle a directory; null when everything needed is installed
 */
public record ServerImage(
        String version, ManifestText manifest, @Nullable Path bundle) {
    public ServerImage with(String key, Object value) {
        return new ServerImage(version, manifest.with(key, value), bundle);
    }

    /** The same with this key of the takeover set. */
    public ServerImage withTakeover(String key, String value) {
        return new ServerImage(version, manifest.withTakeover(key, value), bundle);
    }
}
