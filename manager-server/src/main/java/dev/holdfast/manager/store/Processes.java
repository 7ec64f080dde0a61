package dev.holdfast.manager.store;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.statement.StatementContext;
import org.jspecify.annotations.Nullable;

/** The table of server processes. */
public final class Processes {
    private static final String SELECT = """
            SELECT p.*, tenant.name AS tenant, image.version AS image_version, host.name AS host
            FROM server_process p JOIN tenant ON tenant.id = p.tenant_id JOIN image ON image.id = p.image_id
                JOIN host ON host.id = p.host_id
            """;

    private final Handle handle;

    Processes(Handle handle) {
        this.handle = handle;
    }

    /** Inserts a requested process. The image must be in the image-to-host list. */
    public void insert(UUID id, @Nullable UUID requestId, ImageRow image, UUID hostId) {
        handle.createUpdate("""
                        INSERT INTO server_process (id, request_id, requested_image_id, tenant_id, image_name, image_id,
                            host_id, state)
                        VALUES (:id, :request, CASE WHEN :request::uuid IS NOT NULL THEN :image END, :tenant, :name,
                            :image, :host, 'requested')
                        """)
                .bind("id", id)
                .bind("request", requestId)
                .bind("tenant", image.tenantId())
                .bind("name", image.name())
                .bind("image", image.id())
                .bind("host", hostId)
                .execute();
    }

    public Optional<ProcessRow> find(UUID id) {
        return handle.createQuery(SELECT + "WHERE p.id = :id")
                .bind("id", id)
                .map(Processes::row)
                .findOne();
    }

    /** As {@link #find}; until the transaction ends, others that want to change or lock the row wait. */
    public Optional<ProcessRow> lock(UUID id) {
        return handle.createQuery(SELECT + "WHERE p.id = :id FOR UPDATE OF p")
                .bind("id", id)
                .map(Processes::row)
                .findOne();
    }

    /** The version that a request asked for; what its process runs now may be another. */
    public String requestedVersion(UUID requestId) {
        return handle.createQuery("""
                        SELECT version FROM image JOIN server_process ON requested_image_id = image.id
                        WHERE request_id = :id
                        """).bind("id", requestId).mapTo(String.class).one();
    }

    public Optional<ProcessRow> findRequest(UUID requestId) {
        return handle.createQuery(SELECT + "WHERE p.request_id = :id")
                .bind("id", requestId)
                .map(Processes::row)
                .findOne();
    }

    /** The ones of a host that are not over, oldest first, locked until the transaction ends. */
    public List<ProcessRow> lockLive(UUID hostId) {
        return handle.createQuery(
                        SELECT + "WHERE p.host_id = :host AND p.end_time IS NULL ORDER BY p.id FOR UPDATE OF p")
                .bind("host", hostId)
                .map(Processes::row)
                .list();
    }

    /** The ones of a host that are not over, oldest first. */
    public List<ProcessRow> live(UUID hostId) {
        return handle.createQuery(SELECT + "WHERE p.host_id = :host AND p.end_time IS NULL ORDER BY p.id")
                .bind("host", hostId)
                .map(Processes::row)
                .list();
    }

    /**
     * The ones that an agent is to start or to stop, in their states.
     *
     * @param hosts null for all
     */
    public List<DueRow> due(@Nullable Collection<UUID> hosts) {
        return handle.createQuery("""
                        SELECT host_id, id, state = 'stopping' AS ending FROM server_process
                        WHERE state IN ('requested', 'stopping') AND (:hosts::uuid[] IS NULL OR host_id = ANY (:hosts))
                        """)
                .bindByType("hosts", DueRow.array(hosts), UUID[].class)
                .map((row, context) -> new DueRow(
                        Columns.uuid(row, "host_id"), Columns.uuid(row, "id"), true, row.getBoolean("ending")))
                .list();
    }

    /** The ones that run any version of an image, oldest first. */
    public List<ProcessRow> ofImage(long tenantId, String imageName) {
        return handle.createQuery(SELECT + """
                        WHERE p.tenant_id = :tenant AND p.image_name = :name AND p.end_time IS NULL ORDER BY p.id
                        """)
                .bind("tenant", tenantId)
                .bind("name", imageName)
                .map(Processes::row)
                .list();
    }

    /** Oldest first. */
    public List<ProcessRow> list(ProcessFilter filter, UUID after, int limit) {
        return handle.createQuery(SELECT + """
                        WHERE (:tenant::text IS NULL OR tenant.name = :tenant)
                            AND (:image::text IS NULL OR p.image_name = :image)
                            AND (:host::text IS NULL OR host.name = :host)
                            AND (:all OR p.end_time IS NULL)
                            AND p.id > :after
                        ORDER BY p.id LIMIT :limit
                        """)
                .bind("tenant", filter.tenant())
                .bind("image", filter.imageName())
                .bind("host", filter.host())
                .bind("all", filter.all())
                .bind("after", after)
                .bind("limit", limit)
                .map(Processes::row)
                .list();
    }

    /** Writes what was observed; the end time is now, the first time that it is over. */
    public void observe(UUID id, ProcessState state, int pid, @Nullable Instant startTime, String detail) {
        handle.createUpdate("""
                        UPDATE server_process SET state = :state, pid = nullif(:pid, 0), detail = :detail,
                            start_time = coalesce(:start, start_time),
                            end_time = CASE WHEN :final THEN coalesce(end_time, now()) END
                        WHERE id = :id
                        """)
                .bind("id", id)
                .bind("state", state.column())
                .bind("pid", pid)
                .bind("detail", detail)
                .bind("start", startTime)
                .bind("final", state.isFinal())
                .execute();
    }

    public void stopping(UUID id) {
        handle.execute("UPDATE server_process SET state = 'stopping' WHERE id = ?", id);
    }

    /** From now on the process runs this image, which must be in the image-to-host list. */
    public void runs(UUID id, long imageId) {
        handle.execute("UPDATE server_process SET image_id = ? WHERE id = ?", imageId, id);
    }

    private static ProcessRow row(ResultSet row, StatementContext context) throws SQLException {
        return new ProcessRow(
                Columns.uuid(row, "id"),
                row.getLong("tenant_id"),
                row.getString("tenant"),
                row.getString("image_name"),
                row.getLong("image_id"),
                row.getString("image_version"),
                Columns.uuid(row, "host_id"),
                row.getString("host"),
                ProcessState.of(row.getString("state")),
                row.getInt("pid"),
                Columns.instantOrNull(row, "start_time"),
                row.getString("detail"));
    }
}
