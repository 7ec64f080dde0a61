package dev.holdfast.cli.rollout;

import dev.holdfast.cli.failure.CliException;
import dev.holdfast.cli.image.ImageRef;
import dev.holdfast.cli.option.TextFile;
import dev.holdfast.common.yaml.Documents;
import dev.holdfast.common.yaml.Section;
import dev.holdfast.common.yaml.Value;
import dev.holdfast.common.yaml.YamlException;
import dev.holdfast.proto.admin.v1.StartUpgradeRequest;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine.TypeConversionException;

/** An upgrade as a repository keeps it: tenant, image, and how it goes over the hosts. */
final class RolloutFile {
    private RolloutFile() {}

    static void read(Path file, StartUpgradeRequest.Builder into) throws IOException {
        String yaml = TextFile.yaml(file, "an upgrade");
        try {
            merge(Documents.single(yaml, "the upgrade", "tenant and image"), into);
        } catch (YamlException e) {
            throw CliException.usage(file + ": " + e.getMessage());
        }
    }

    private static void merge(Value document, StartUpgradeRequest.Builder into) {
        List<String> keys = new ArrayList<>(List.of("tenant", "image"));
        keys.addAll(MessageYaml.keys(into.getRolloutBuilder()));
        Section root = Section.of(document, keys);
        root.get("tenant").ifPresent(value -> into.setTenant(value.text("acme")));
        root.get("image").ifPresent(value -> {
            ImageRef image = image(value);
            into.setImageName(image.name()).setImageVersion(image.version());
        });
        MessageYaml.merge(root.values(), into.getRolloutBuilder());
    }

    private static ImageRef image(Value value) {
        try {
            return new ImageRef.Converter().convert(value.text("shop:v2"));
        } catch (TypeConversionException e) {
            throw value.wrong(String.valueOf(e.getMessage()));
        }
    }
}
