package dev.holdfast.cli.image;

import dev.holdfast.cli.connection.Manager;
import dev.holdfast.cli.connection.ManagerCommand;
import dev.holdfast.cli.exit.ExitCode;
import dev.holdfast.cli.failure.CliException;
import dev.holdfast.cli.option.TextFile;
import dev.holdfast.cli.output.Output;
import dev.holdfast.cli.output.StatusLine;
import dev.holdfast.cli.output.Words;
import dev.holdfast.common.bundle.BundleListing;
import dev.holdfast.common.manifest.Manifest;
import dev.holdfast.common.manifest.ManifestParser;
import dev.holdfast.common.yaml.YamlException;
import dev.holdfast.proto.admin.v1.Image;
import dev.holdfast.proto.admin.v1.PublishImageRequest;
import io.grpc.StatusException;
import java.io.IOException;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

@Command(
        name = "publish",
        description = {
            "Publish a version of an image: its manifest, and its bundle if it brings files of its own.",
            "Both are checked here first. A version does not change: publishing the same again changes nothing, and"
                    + " other content under the same version is refused."
        },
        footer = {
            "",
            "A manifest (exec and ports are needed, the rest has defaults):",
            "  exec: [\"bin/server\", \"--port\", \"8080\"]   # in the bundle, or absolute",
            "  user: nobody",
            "  env: {LOG_LEVEL: info}",
            "  workdir: /var/lib/server                  # else the unpacked bundle",
            "  ports: [8080]                             # or \"127.0.0.1:8080\", \"[::1]:8080\"",
            "  ready: {http: \"http://127.0.0.1:8080/healthz\", within: 30s}  # or {tcp: 8080}, {command: [...]}",
            "  stop: {signal: KILL, within: 10s}",
            "  takeover: {protocol: http1, quiet: 50ms, deadline: 5s, onDeadline: abort, linger: 10m,",
            "    start: cold, prove: 0s}",
            "",
            "Examples:",
            "  holdfast image publish --tenant acme --name shop --version v2 --manifest shop.yaml --bundle build/shop/",
            "  holdfast image publish --tenant acme --name web --version 1.30 --manifest nginx.yaml"
        })
final class ImagePublish extends ManagerCommand {
    @Option(names = "--tenant", paramLabel = "T", required = true, description = "The tenant's name.")
    private String tenant = "";

    @Option(names = "--name", paramLabel = "N", required = true, description = "The image's name.")
    private String name = "";

    @Option(names = "--version", paramLabel = "V", required = true, description = "The version, as v2 or 1.30.1.")
    private String version = "";

    @Option(names = "--manifest", paramLabel = "FILE", required = true, description = "The manifest, YAML.")
    private Path manifest = Path.of("");

    @Option(
            names = "--bundle",
            paramLabel = "DIR|FILE.tar.gz",
            description = "The program's files. Not needed when exec is absolute.")
    private @Nullable Path bundle;

    @Override
    protected int run(Manager manager, Output out) throws IOException, InterruptedException, StatusException {
        String yaml = TextFile.yaml(manifest, "a manifest");
        String program = parse(yaml).exec().getFirst();
        PublishImageRequest.Header.Builder header = PublishImageRequest.Header.newBuilder()
                .setTenant(tenant)
                .setName(name)
                .setVersion(version)
                .setManifest(yaml);
        Image image;
        if (bundle == null) {
            checkProgram(program, null);
            image = Upload.withoutBundle(manager, header.build());
        } else {
            image = upload(bundle, program, header, manager, out);
        }
        out.answer(
                image,
                () -> "Published %s:%s for tenant %s%s"
                        .formatted(
                                image.getName(),
                                image.getVersion(),
                                image.getTenant(),
                                bundle == null
                                        ? "."
                                        : " (" + Words.bytes(image.getBundleSizeBytes()) + ", "
                                                + image.getBundleDigest() + ")."));
        return ExitCode.OK;
    }

    private Image upload(
            Path source, String program, PublishImageRequest.Header.Builder header, Manager manager, Output out)
            throws IOException, InterruptedException, StatusException {
        try (StatusLine status = out.statusLine()) {
            status.show("checking " + source + " …");
            try (PackedBundle packed = PackedBundle.of(source)) {
                checkProgram(program, packed.listing());
                header.setBundleDigest(packed.digest()).setBundleSizeBytes(packed.size());
                return Upload.withBundle(manager, header.build(), packed.file(), status);
            }
        }
    }

    private Manifest parse(String yaml) {
        try {
            return ManifestParser.parse(yaml);
        } catch (YamlException e) {
            throw CliException.usage(manifest + ": " + e.getMessage());
        }
    }

    private void checkProgram(String program, @Nullable BundleListing listing) {
        if (program.startsWith("/")) {
            return;
        }
        if (listing == null) {
            throw CliException.usage(manifest + ": exec: '" + program
                    + "' is a path in the bundle, and there is no --bundle; add one or write an absolute path");
        }
        listing.whyNotExecutable(program).ifPresent(problem -> {
            throw CliException.usage(manifest + ": exec: " + problem);
        });
    }
}
