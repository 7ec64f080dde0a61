package dev.holdfast.agent.process;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** When and as what unpacked bundles were used: DIGEST.use beside each. One that is lost only has its bundle fetched again. */
final class ImageUses {
    private static final Logger LOG = LoggerFactory.getLogger(ImageUses.class);
    private static final String RAN = "ran";
    private static final String FETCHED = "fetched";

    private final Path directory;

    ImageUses(Path directory) {
        this.directory = directory;
    }

    /** Used now; what ran once has run, whatever it is used for later. */
    synchronized void mark(String digest, String imageName, boolean ran) {
        try {
            String kind = ran || read(digest).ran() ? RAN : FETCHED;
            Files.write(file(digest), List.of(kind, imageName));
        } catch (IOException e) {
            LOG.warn("that image {} was used is not kept: {}", imageName, e.toString());
        }
    }

    /** One that nothing is known of, which an agent left that kept no uses, is used now. */
    synchronized KeptImage read(String digest) throws IOException {
        if (!Files.exists(file(digest))) {
            Files.write(file(digest), List.of(FETCHED, ""));
        }
        List<String> lines = Files.readAllLines(file(digest));
        boolean whole = lines.size() == 2;
        return new KeptImage(
                digest,
                whole ? lines.get(1) : "",
                whole && lines.getFirst().equals(RAN),
                Files.getLastModifiedTime(file(digest)).toInstant());
    }

    synchronized void forget(String digest) throws IOException {
        Files.deleteIfExists(file(digest));
    }

    private Path file(String digest) {
        return directory.resolve(digest + ".use");
    }
}
