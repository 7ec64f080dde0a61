package dev.holdfast.manager.store;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.statement.StatementContext;

/** The table of tenants. */
public final class Tenants {
    private final Handle handle;

    Tenants(Handle handle) {
        this.handle = handle;
    }

    /** Inserts the tenant unless it exists. */
    public void ensure(String name) {
        handle.createUpdate("INSERT INTO tenant (name) VALUES (:name) ON CONFLICT (name) DO NOTHING")
                .bind("name", name)
                .execute();
    }

    public Optional<TenantRow> find(String name) {
        return handle.createQuery("SELECT * FROM tenant WHERE name = :name")
                .bind("name", name)
                .map(Tenants::row)
                .findOne();
    }

    /** Until the transaction ends, others that lock the same tenant wait. */
    public void lock(long id) {
        handle.createQuery("SELECT id FROM tenant WHERE id = :id FOR UPDATE")
                .bind("id", id)
                .mapTo(Long.class)
                .one();
    }

    /** In the order of their names. */
    public List<TenantRow> list(String after, int limit) {
        return handle.createQuery("SELECT * FROM tenant WHERE name > :after ORDER BY name LIMIT :limit")
                .bind("after", after)
                .bind("limit", limit)
                .map(Tenants::row)
                .list();
    }

    private static TenantRow row(ResultSet row, StatementContext context) throws SQLException {
        return new TenantRow(row.getLong("id"), row.getString("name"), Columns.instant(row, "create_time"));
    }
}
