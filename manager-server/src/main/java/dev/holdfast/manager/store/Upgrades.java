package dev.holdfast.manager.store;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.statement.StatementContext;
import org.jspecify.annotations.Nullable;

/** The table of upgrades. */
public final class Upgrades {
    private static final String SELECT = """
            SELECT u.*, tenant.name AS tenant, image.version AS image_version
            FROM upgrade u JOIN tenant ON tenant.id = u.tenant_id JOIN image ON image.id = u.image_id
            """;

    private final Handle handle;

    Upgrades(Handle handle) {
        this.handle = handle;
    }

    /** Inserts one that runs.
     *
     * @param rollout holdfast.admin.v1.Rollout as JSON
     */
    public void insert(UUID id, @Nullable UUID requestId, ImageRow image, String rollout) {
        handle.createUpdate("""
                        INSERT INTO upgrade (id, request_id, tenant_id, image_name, image_id, state, rollout)
                        VALUES (:id, :request, :tenant, :name, :image, 'running', :rollout::jsonb)
                        """)
                .bind("rollout", rollout)
                .bind("id", id)
                .bind("request", requestId)
                .bind("tenant", image.tenantId())
                .bind("name", image.name())
                .bind("image", image.id())
                .execute();
    }

    public Optional<UpgradeRow> find(UUID id) {
        return handle.createQuery(SELECT + "WHERE u.id = :id")
                .bind("id", id)
                .map(Upgrades::row)
                .findOne();
    }

    /** Until the transaction ends, others that lock the same upgrade wait. Precedes every event of it. */
    public void lock(UUID id) {
        handle.createQuery("SELECT 1 FROM upgrade WHERE id = :id FOR UPDATE")
                .bind("id", id)
                .mapTo(Integer.class)
                .one();
    }

    public Optional<UpgradeRow> findRequest(UUID requestId) {
        return handle.createQuery(SELECT + "WHERE u.request_id = :id")
                .bind("id", requestId)
                .map(Upgrades::row)
                .findOne();
    }

    public Optional<UpgradeRow> findRunning(long tenantId, String imageName) {
        return handle.createQuery(
                        SELECT + "WHERE u.tenant_id = :tenant AND u.image_name = :name AND u.state = 'running'")
                .bind("tenant", tenantId)
                .bind("name", imageName)
                .map(Upgrades::row)
                .findOne();
    }

    /**
     * Newest first.
     *
     * @param tenant null for every tenant
     */
    public List<UpgradeRow> list(@Nullable String tenant, UUID before, int limit) {
        return handle.createQuery(SELECT + """
                        WHERE (:tenant::text IS NULL OR tenant.name = :tenant)
                            AND u.id < :before
                        ORDER BY u.id DESC LIMIT :limit
                        """)
                .bind("tenant", tenant)
                .bind("before", before)
                .bind("limit", limit)
                .map(Upgrades::row)
                .list();
    }

    /** From now on nothing more begins. */
    public void stop(UUID id, String reason, boolean undoesUnderway, boolean back) {
        handle.execute("""
                UPDATE upgrade SET stop_time = now(), stop_reason = ?, stop_undoes = ?, stop_back = ?
                WHERE id = ?
                """, reason, undoesUnderway, back, id);
    }

    /** An operator has asked for its stop. */
    public void aborted(UUID id) {
        handle.execute("UPDATE upgrade SET abort_time = clock_timestamp() WHERE id = ?", id);
    }

    public void pause(UUID id) {
        handle.execute("UPDATE upgrade SET pause_time = coalesce(pause_time, now()) WHERE id = ?", id);
    }

    public void resume(UUID id) {
        handle.execute("UPDATE upgrade SET pause_time = NULL WHERE id = ?", id);
    }

    /** Something has happened: it is to be looked at. */
    public void wake(UUID id) {
        handle.execute("UPDATE upgrade SET wake_time = now() WHERE id = ? AND wake_time > now()", id);
    }

    /** It was looked at. */
    public void sleep(UUID id, Duration time, String waitsFor) {
        handle.execute(
                "UPDATE upgrade SET wake_time = clock_timestamp() + ?::interval, waits_for = ? WHERE id = ?",
                time.toString(),
                waitsFor,
                id);
    }

    /** Those that are to be looked at. */
    public List<UUID> due() {
        return handle.createQuery(
                        "SELECT id FROM upgrade WHERE state = 'running' AND wake_time <= now() ORDER BY wake_time")
                .map((row, context) -> Columns.uuid(row, "id"))
                .list();
    }

    /** The database's time, which all managers have in common. */
    public Instant now() {
        return handle.createQuery("SELECT now() AS now")
                .map((row, context) -> Columns.instant(row, "now"))
                .one();
    }

    public void end(UUID id, UpgradeState state) {
        handle.execute(
                "UPDATE upgrade SET state = ?, end_time = clock_timestamp(), waits_for = '' WHERE id = ?",
                state.column(),
                id);
    }

    private static UpgradeRow row(ResultSet row, StatementContext context) throws SQLException {
        Instant stop = Columns.instantOrNull(row, "stop_time");
        return new UpgradeRow(
                Columns.uuid(row, "id"),
                row.getString("tenant"),
                row.getString("image_name"),
                row.getString("image_version"),
                UpgradeState.of(row.getString("state")),
                Columns.instant(row, "create_time"),
                Columns.instantOrNull(row, "end_time"),
                row.getString("rollout"),
                Columns.instantOrNull(row, "abort_time"),
                Columns.instantOrNull(row, "pause_time"),
                stop == null
                        ? null
                        : new UpgradeRow.StopRow(
                                stop,
                                row.getString("stop_reason"),
                                row.getBoolean("stop_undoes"),
                                row.getBoolean("stop_back")),
                row.getString("waits_for"));
    }
}
