package dev.holdfast.manager.api;

import dev.holdfast.common.bundle.BundleException;
import dev.holdfast.common.bundle.BundleListing;
import dev.holdfast.common.bundle.Bundles;
import dev.holdfast.common.manifest.Manifest;
import dev.holdfast.common.manifest.ManifestParser;
import dev.holdfast.common.yaml.YamlException;
import dev.holdfast.manager.fleet.ImageName;
import dev.holdfast.manager.fleet.Lookup;
import dev.holdfast.manager.refusal.RefusedException;
import dev.holdfast.manager.site.SiteStorage;
import dev.holdfast.manager.site.Upload;
import dev.holdfast.manager.store.Database;
import dev.holdfast.manager.store.ImageRow;
import dev.holdfast.manager.store.TenantRow;
import dev.holdfast.manager.store.Transaction;
import dev.holdfast.proto.admin.v1.PublishImageRequest;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;

/** Checks images and keeps them. */
final class Publisher {
    private final Database database;
    private final SiteStorage site;
    /**
     * Looking, keeping the bundle and writing the row are one step: here by this, so that the connections are not used up, and
     * among managers by a lock in the database.
     */
    private final ReentrantLock keeping = new ReentrantLock();

    Publisher(Database database, SiteStorage site) {
        this.database = database;
        this.site = site;
    }

    /** What can be refused before any data comes, is. */
    Header check(PublishImageRequest.Header message) {
        ImageName name = new ImageName(
                Fields.label("tenant", message.getTenant()),
                Fields.label("name", message.getName()),
                Fields.version("version", message.getVersion()));
        boolean hasBundle = !message.getBundleDigest().isEmpty();
        Header header = new Header(
                name,
                message.getManifest(),
                manifest(message.getManifest()),
                hasBundle ? Fields.digest("bundle_digest", message.getBundleDigest()) : null,
                message.getBundleSizeBytes());
        if (hasBundle != header.sizeBytes() > 0) {
            throw RefusedException.invalid(
                    "bundle_size_bytes",
                    "it is " + header.sizeBytes() + "; a bundle has a digest and a size, or neither");
        }
        if (!hasBundle && header.isExecInBundle()) {
            throw RefusedException.invalid(
                    "manifest",
                    "exec: '" + header.manifest().exec().getFirst()
                            + "' is in a bundle, but there is none; publish one with --bundle, or write an absolute path");
        }
        find(header);
        return header;
    }

    Upload receive() throws IOException {
        return site.receive();
    }

    /** Keeps the image if everything came and is right. The same again is the same image. */
    ImageRow publish(Header header, Upload upload) throws IOException {
        if (header.digest() != null) {
            verify(header, header.digest(), upload);
        }
        keeping.lock();
        try {
            return database.ask(tx -> {
                tx.images().lockBundles();
                return keep(header, upload);
            });
        } catch (UncheckedIOException e) {
            throw e.getCause();
        } finally {
            keeping.unlock();
        }
    }

    /** In transactions of its own, while another one holds the lock: whether an image came is looked at from outside. */
    private ImageRow keep(Header header, Upload upload) {
        Optional<ImageRow> existing = find(header);
        if (header.digest() == null) {
            return existing.orElseGet(() -> insert(header));
        }
        try {
            try {
                // Also when the image is known: that repairs a bundle that was lost or damaged.
                site.keep(upload);
                return existing.orElseGet(() -> insert(header));
            } finally {
                site.settle(header.digest());
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private ImageRow insert(Header header) {
        return database.ask(tx -> insert(tx, header));
    }

    private static ImageRow insert(Transaction tx, Header header) {
        ImageName name = header.image();
        TenantRow tenant = Lookup.tenant(tx, name.tenant());
        tx.images()
                .insert(tenant.id(), name.name(), name.version(), header.yaml(), header.digest(), header.sizeBytes());
        return Lookup.image(tx, name);
    }

    private Optional<ImageRow> find(Header header) {
        ImageName name = header.image();
        Optional<ImageRow> found = database.ask(tx ->
                tx.images().find(Lookup.tenant(tx, name.tenant()).id(), name.name(), name.version()));
        found.filter(image -> !image.manifest().equals(header.yaml())
                        || !Objects.equals(image.bundleDigest(), header.digest()))
                .ifPresent(image -> {
                    throw RefusedException.taken(
                            "image",
                            name.name() + ":" + name.version(),
                            "version '" + name.version() + "' of image '" + name.name()
                                    + "' is published with other content, and versions do not change; choose another"
                                    + " version");
                });
        return found;
    }

    private static void verify(Header header, String digest, Upload upload) throws IOException {
        if (upload.size() != header.sizeBytes()) {
            throw RefusedException.invalid(
                    "bundle_size_bytes",
                    "the upload was cut short: " + upload.size() + " of " + header.sizeBytes()
                            + " bytes came; publish again");
        }
        if (!upload.digest().equals(digest)) {
            throw RefusedException.invalid(
                    "bundle_digest",
                    "what came has the digest " + upload.digest() + ", not " + digest
                            + "; the file changed or was damaged on the way, publish again");
        }
        try {
            BundleListing listing = Bundles.inspect(upload.file());
            if (header.isExecInBundle()) {
                listing.whyNotExecutable(header.manifest().exec().getFirst()).ifPresent(why -> {
                    throw RefusedException.invalid("manifest", "exec: " + why);
                });
            }
        } catch (BundleException e) {
            throw RefusedException.invalid("bundle", String.valueOf(e.getMessage()));
        }
    }

    private static Manifest manifest(String yaml) {
        try {
            return ManifestParser.parse(yaml);
        } catch (YamlException e) {
            throw RefusedException.invalid("manifest", String.valueOf(e.getMessage()));
        }
    }
}
