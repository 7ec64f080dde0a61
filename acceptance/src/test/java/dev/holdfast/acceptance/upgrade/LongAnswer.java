package dev.holdfast.acceptance.upgrade;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.acceptance.server.ServerImage;
import dev.holdfast.acceptance.server.ShopServer;
import dev.holdfast.acceptance.trial.Trial;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/** An answer that is under way for as long as its client takes. */
final class LongAnswer {
    static final int LENGTH = 16_000_000;

    private LongAnswer() {}

    /** What a file server answers; the shop makes its own. */
    static ServerImage in(ServerImage image) {
        Path bundle = image.bundle();
        if (bundle != null && Files.isDirectory(bundle.resolve("large"))) {
            try {
                Files.writeString(bundle.resolve("large/long.txt"), text(image.version()), StandardCharsets.US_ASCII);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
        return image;
    }

    static String text(String word) {
        String line = word + " and so on\n";
        return line.repeat(LENGTH / line.length());
    }

    static Download download(Trial trial) throws IOException {
        String path = trial.server() instanceof ShopServer ? "/download?n=7&bytes=" + LENGTH : "/large/long.txt";
        return new Download(trial.listen().socketAddress(), path);
    }

    /** Byte by byte, and by the old version. */
    static void assertWhole(Trial trial, Download download, String body) {
        if (trial.server() instanceof ShopServer) {
            String receipt = body.lines().findFirst().orElseThrow();
            assertThat(receipt)
                    .isEqualTo("shop %s 7 127.0.0.1:%d"
                            .formatted(trial.from().version(), download.local().getPort()));
            assertThat(body.substring(receipt.length() + 1)).isEqualTo("7 ".repeat(LENGTH / 2));
        } else {
            assertThat(body).isEqualTo(text(trial.from().version()));
        }
    }
}
