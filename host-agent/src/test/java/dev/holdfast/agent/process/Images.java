package dev.holdfast.agent.process;

import java.io.ByteArrayInputStream;
import java.io.FilterInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;

/** Images for tests. */
final class Images {
    static final BundleSource NO_BUNDLES = (digest, _) -> {
        throw new BundleSource.BundleGoneException("there is no bundle " + digest);
    };

    private Images() {}

    static ImageRef plain(String manifest) {
        return new ImageRef("test", "1", manifest, "", 0);
    }

    static ImageRef bundled(String manifest, String digest, long size) {
        return new ImageRef("test", "1", manifest, digest, size);
    }

    /** Python's own file server on that port. */
    static ImageRef httpServer(int port) {
        return plain("""
                exec: ["/usr/bin/python3", "-m", "http.server", "--bind", "127.0.0.1", "%1$d"]
                ports: ["127.0.0.1:%1$d"]
                ready: {http: "http://127.0.0.1:%1$d/", within: 20s}
                """.formatted(port));
    }

    /** Serves one file's bytes; the first reads end after some of them, as a broken line does. */
    static BundleSource breaking(Path file, int breaks, int after) {
        int[] left = {breaks};
        return (_, offset) -> {
            byte[] all = Files.readAllBytes(file);
            byte[] rest = Arrays.copyOfRange(all, (int) offset, all.length);
            return left[0]-- > 0 ? new Broken(rest, after) : new ByteArrayInputStream(rest);
        };
    }

    /** Fails where it ought to end. */
    private static final class Broken extends FilterInputStream {
        Broken(byte[] bytes, int end) {
            super(new ByteArrayInputStream(bytes, 0, Math.min(end, bytes.length)));
        }

        @Override
        public int read(byte[] into, int offset, int length) throws IOException {
            int read = super.read(into, offset, length);
            if (read < 0) {
                throw new IOException("the line broke");
            }
            return read;
        }
    }
}
