package dev.holdfast.agent.process;

import dev.holdfast.common.manifest.Manifest;
import dev.holdfast.common.manifest.ManifestParser;
import dev.holdfast.common.yaml.YamlException;

/**
 * An image as the manager names it.
 *
 * @param manifestYaml as it was published
 * @param bundleDigest "sha256:" and hex digits; empty for an image without a bundle
 */
public record ImageRef(String name, String version, String manifestYaml, String bundleDigest, long bundleSizeBytes) {

    /**
     * The manifest, read anew.
     *
     * @throws YamlException when it is refused: the manager may be a newer one
     */
    public Manifest manifest() {
        return ManifestParser.parse(manifestYaml);
    }

    public boolean hasBundle() {
        return !bundleDigest.isEmpty();
    }

    /** "shop:1.0". */
    @Override
    public String toString() {
        return name + ":" + version;
    }
}
