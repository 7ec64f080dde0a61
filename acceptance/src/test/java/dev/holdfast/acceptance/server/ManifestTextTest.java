package dev.holdfast.acceptance.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.holdfast.common.manifest.Manifest;
import dev.holdfast.common.manifest.ManifestParser;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What the catalogue writes must be what Holdfast reads. */
final class ManifestTextTest {
    static List<RealServer> servers() {
        return RealServer.all();
    }

    @ParameterizedTest
    @MethodSource("servers")
    void isAManifest(RealServer server, @TempDir Path work) throws Exception {
        assumeTrue(server.missing().isEmpty(), () -> server.missing().orElse(""));
        for (Version version : Version.values()) {
            Listen listen = Listen.freeIpv6();
            ServerImage image = server.image(version, listen, work);

            Manifest manifest = ManifestParser.parse(image.manifest().yaml());

            Path program = Path.of(manifest.exec().getFirst());
            assertThat(image.bundle() == null ? program : image.bundle().resolve(program))
                    .isAbsolute()
                    .matches(Files::isExecutable);
            assertThat(manifest.ports()).singleElement().extracting("port").isEqualTo(listen.port());
        }
    }
}
