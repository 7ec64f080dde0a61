package dev.holdfast.acceptance.server;

import dev.holdfast.acceptance.load.Http;
import dev.holdfast.acceptance.load.Task;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;

/** A directory that becomes a bundle. */
record BundleDirectory(Path path) {
    static BundleDirectory in(Path work, String version) throws IOException {
        return new BundleDirectory(Files.createDirectories(work.resolve("bundle-" + version)));
    }

    /** Puts a resource of the class path at a place in the bundle. */
    Path put(String resource, String place) throws IOException {
        Path target = path.resolve(place);
        Files.createDirectories(target.resolveSibling("."));
        try (InputStream in = BundleDirectory.class.getResourceAsStream(resource)) {
            if (in == null) {
                throw new FileNotFoundException("no resource " + resource + " on the class path");
            }
            Files.copy(in, target, StandardCopyOption.REPLACE_EXISTING);
        }
        return target;
    }

    /** Writes the files that a file server answers numbered requests with. */
    void putNumberedFiles(String name, String version) throws IOException {
        for (int i = 0; i < Http.FILES; i++) {
            String answer = "%s %s %d\n".formatted(name, version, i);
            Files.writeString(path.resolve(i + ".txt"), answer, StandardCharsets.US_ASCII);
        }
    }

    /** The same with a lot behind the answer, in a directory of their own. */
    void putLargeFiles(String directory, String name, String version) throws IOException {
        Path large = Files.createDirectories(path.resolve(directory));
        for (int i = 0; i < Http.FILES; i++) {
            String answer = "%s %s %d\n".formatted(name, version, i);
            Files.writeString(large.resolve(i + ".txt"), answer + Task.largeFile(i), StandardCharsets.US_ASCII);
        }
    }
}
