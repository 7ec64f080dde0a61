package dev.holdfast.manager.fleet;

import dev.holdfast.manager.store.ImageRow;
import dev.holdfast.proto.agent.v1.Image;

/** Images as agents are told them. */
public final class AgentImages {
    private AgentImages() {}

    public static Image message(ImageRow image) {
        return Image.newBuilder()
                .setName(image.name())
                .setVersion(image.version())
                .setManifest(image.manifest())
                .setBundleDigest(image.bundleDigest() == null ? "" : image.bundleDigest())
                .setBundleSizeBytes(image.bundleSizeBytes())
                .build();
    }
}
