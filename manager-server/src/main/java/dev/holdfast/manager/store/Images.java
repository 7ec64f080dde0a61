package dev.holdfast.manager.store;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.statement.StatementContext;
import org.jspecify.annotations.Nullable;

/** The table of images, and the image-to-host list. */
public final class Images {
    private static final String SELECT = """
            SELECT image.*, tenant.name AS tenant FROM image JOIN tenant ON tenant.id = image.tenant_id
            """;

    private final Handle handle;

    Images(Handle handle) {
        this.handle = handle;
    }

    public void insert(
            long tenantId, String name, String version, String manifest, @Nullable String digest, long sizeBytes) {
        handle.createUpdate("""
                        INSERT INTO image (tenant_id, name, version, manifest, bundle_digest, bundle_size_bytes)
                        VALUES (:tenant, :name, :version, :manifest, :digest, :size)
                        """)
                .bind("tenant", tenantId)
                .bind("name", name)
                .bind("version", version)
                .bind("manifest", manifest)
                .bind("digest", digest)
                .bind("size", sizeBytes)
                .execute();
    }

    public Optional<ImageRow> find(long tenantId, String name, String version) {
        return handle.createQuery(SELECT + "WHERE tenant_id = :tenant AND image.name = :name AND version = :version")
                .bind("tenant", tenantId)
                .bind("name", name)
                .bind("version", version)
                .map(Images::row)
                .findOne();
    }

    public ImageRow get(long id) {
        return handle.createQuery(SELECT + "WHERE image.id = :id")
                .bind("id", id)
                .map(Images::row)
                .one();
    }

    /**
     * In the order of publishing.
     *
     * @param name null for every name
     */
    public List<ImageRow> list(long tenantId, @Nullable String name, long after, int limit) {
        return handle.createQuery(SELECT + """
                        WHERE tenant_id = :tenant AND (:name::text IS NULL OR image.name = :name) AND image.id > :after
                        ORDER BY image.id LIMIT :limit
                        """)
                .bind("tenant", tenantId)
                .bind("name", name)
                .bind("after", after)
                .bind("limit", limit)
                .map(Images::row)
                .list();
    }

    /** The newest versions of a name, newest first. */
    public List<String> versions(long tenantId, String name, int limit) {
        return handle.createQuery("""
                        SELECT version FROM image WHERE tenant_id = :tenant AND name = :name ORDER BY id DESC LIMIT :limit
                        """)
                .bind("tenant", tenantId)
                .bind("name", name)
                .bind("limit", limit)
                .mapTo(String.class)
                .list();
    }

    public List<String> names(long tenantId, int limit) {
        return handle.createQuery(
                        "SELECT DISTINCT name FROM image WHERE tenant_id = :tenant ORDER BY name LIMIT :limit")
                .bind("tenant", tenantId)
                .bind("limit", limit)
                .mapTo(String.class)
                .list();
    }

    /** Whether an image has the bundle of this digest. */
    public boolean refersTo(String digest) {
        return handle.createQuery("SELECT EXISTS (SELECT FROM image WHERE bundle_digest = :digest)")
                .bind("digest", digest)
                .mapTo(Boolean.class)
                .one();
    }

    /** Until the transaction ends, others that do the same wait, at whatever manager. */
    public void lockBundles() {
        handle.execute("SELECT pg_advisory_xact_lock(hashtext('holdfast bundles'))");
    }

    /** Enters the image into the image-to-host list, unless it is there. */
    public void addHost(ImageRow image, UUID hostId) {
        handle.createUpdate("""
                        INSERT INTO image_host (image_id, tenant_id, image_name, host_id)
                        VALUES (:image, :tenant, :name, :host) ON CONFLICT DO NOTHING
                        """)
                .bind("image", image.id())
                .bind("tenant", image.tenantId())
                .bind("name", image.name())
                .bind("host", hostId)
                .execute();
    }

    private static ImageRow row(ResultSet row, StatementContext context) throws SQLException {
        return new ImageRow(
                row.getLong("id"),
                row.getLong("tenant_id"),
                row.getString("tenant"),
                row.getString("name"),
                row.getString("version"),
                row.getString("manifest"),
                row.getString("bundle_digest"),
                row.getLong("bundle_size_bytes"),
                Columns.instant(row, "create_time"));
    }
}
