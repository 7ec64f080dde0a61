package dev.holdfast.manager.store;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.statement.StatementContext;
import org.jspecify.annotations.Nullable;

/** The table of hosts, and the host-to-tenant list. */
public final class Hosts {
    /** By the database's clock. */
    static final String MANAGER_LIVES = "manager.heartbeat_time > clock_timestamp() - interval '5 s'";

    static final String CONNECTED = "coalesce(" + MANAGER_LIVES + ", false)";

    private static final String SELECT = "SELECT " + CONNECTED + """
             AS connected, greatest(last_seen_time, manager.heartbeat_time) AS seen_time, host.*,
                ARRAY(SELECT name FROM host_label WHERE host_id = host.id ORDER BY name) AS label_names,
                ARRAY(SELECT value FROM host_label WHERE host_id = host.id ORDER BY name) AS label_values,
                ARRAY(SELECT name FROM tenant JOIN host_tenant ON tenant_id = tenant.id
                    WHERE host_id = host.id ORDER BY name) AS tenants
            FROM host LEFT JOIN manager ON manager.id = manager_id
            """;

    private final Handle handle;

    Hosts(Handle handle) {
        this.handle = handle;
    }

    /**
     * Inserts or overwrites everything but the tenants; its agent has a new stream now.
     *
     * @param manager the one that has the stream
     * @return the number of the stream
     */
    public SessionRow put(HostRow host, UUID manager) {
        long number = handle.createQuery("""
                        INSERT INTO host (id, name, addresses, kernel, cores, memory_bytes, agent_version, last_seen_time,
                            manager_id, session)
                        VALUES (:id, :name, :addresses, :kernel, :cores, :memory, :version, now(), :manager, 1)
                        ON CONFLICT (id) DO UPDATE SET name = EXCLUDED.name, addresses = EXCLUDED.addresses,
                            kernel = EXCLUDED.kernel, cores = EXCLUDED.cores, memory_bytes = EXCLUDED.memory_bytes,
                            agent_version = EXCLUDED.agent_version, last_seen_time = EXCLUDED.last_seen_time,
                            manager_id = EXCLUDED.manager_id, session = host.session + 1, forgotten = false
                        RETURNING session
                        """)
                .bind("id", host.id())
                .bind("name", host.name())
                .bindArray("addresses", String.class, host.addresses())
                .bind("kernel", host.kernel())
                .bind("cores", host.cores())
                .bind("memory", host.memoryBytes())
                .bind("version", host.agentVersion())
                .bind("manager", manager)
                .mapTo(Long.class)
                .one();
        putLabels(host);
        return new SessionRow(host.id(), number);
    }

    /** One statement, which writes nothing when nothing has changed. */
    private void putLabels(HostRow host) {
        List<String> names =
                host.labels().keySet().stream().map(TextArgument::clean).toList();
        List<String> values =
                host.labels().values().stream().map(TextArgument::clean).toList();
        handle.createUpdate("""
                        WITH gone AS (DELETE FROM host_label WHERE host_id = :id AND name <> ALL (:names))
                        INSERT INTO host_label (host_id, name, value)
                        SELECT :id, name, value FROM unnest(:names, :values) AS label (name, value)
                        ON CONFLICT (host_id, name) DO UPDATE SET value = EXCLUDED.value
                            WHERE host_label.value <> EXCLUDED.value
                        """)
                .bind("id", host.id())
                .bindArray("names", String.class, names)
                .bindArray("values", String.class, values)
                .execute();
    }

    public void rename(UUID id, String name) {
        handle.execute("UPDATE host SET name = ? WHERE id = ?", name, id);
    }

    /** It is not shown any more, until its agent registers again. */
    public void forget(UUID id) {
        handle.execute("UPDATE host SET forgotten = true WHERE id = ?", id);
    }

    public HostRow get(UUID id) {
        return handle.createQuery(SELECT + "WHERE host.id = :id")
                .bind("id", id)
                .map(Hosts::row)
                .one();
    }

    public Optional<HostRow> find(String name) {
        return handle.createQuery(SELECT + "WHERE name = :name AND NOT forgotten")
                .bind("name", name)
                .map(Hosts::row)
                .findOne();
    }

    /** As {@link #find}, also one that is forgotten. */
    public Optional<HostRow> findAny(String name) {
        return handle.createQuery(SELECT + "WHERE name = :name")
                .bind("name", name)
                .map(Hosts::row)
                .findOne();
    }

    /**
     * In the order of their names.
     *
     * @param tenant null for every tenant
     */
    public List<HostRow> list(@Nullable String tenant, String after, int limit) {
        return handle.createQuery(SELECT + """
                        WHERE NOT forgotten AND name > :after AND (:tenant::text IS NULL OR EXISTS (
                            SELECT FROM host_tenant JOIN tenant ON tenant.id = tenant_id
                            WHERE host_id = host.id AND tenant.name = :tenant))
                        ORDER BY name LIMIT :limit
                        """)
                .bind("tenant", tenant)
                .bind("after", after)
                .bind("limit", limit)
                .map(Hosts::row)
                .list();
    }

    /** The hosts that any version of an image was sent to, from the image-to-host list. */
    public List<HostRow> ofImage(long tenantId, String imageName) {
        return handle.createQuery(SELECT + """
                        WHERE NOT forgotten
                            AND host.id IN (SELECT host_id FROM image_host WHERE tenant_id = :tenant AND image_name = :name)
                        ORDER BY name
                        """)
                .bind("tenant", tenantId)
                .bind("name", imageName)
                .map(Hosts::row)
                .list();
    }

    /** As it is now; until the transaction ends its agent cannot register. */
    public HostRow lock(UUID id) {
        return handle.createQuery(SELECT + "WHERE host.id = :id FOR UPDATE OF host")
                .bind("id", id)
                .map(Hosts::row)
                .one();
    }

    /** Enters the host into the host-to-tenant list, unless it is there. */
    public void assign(UUID id, long tenantId) {
        handle.execute(
                "INSERT INTO host_tenant (host_id, tenant_id) VALUES (?, ?) ON CONFLICT DO NOTHING", id, tenantId);
    }

    private static HostRow row(ResultSet row, StatementContext context) throws SQLException {
        Map<String, String> labels = new LinkedHashMap<>();
        List<String> names = Columns.texts(row, "label_names");
        List<String> values = Columns.texts(row, "label_values");
        for (int i = 0; i < names.size(); i++) {
            labels.put(names.get(i), values.get(i));
        }
        return new HostRow(
                Columns.uuid(row, "id"),
                row.getString("name"),
                Columns.texts(row, "addresses"),
                row.getString("kernel"),
                row.getInt("cores"),
                row.getLong("memory_bytes"),
                row.getString("agent_version"),
                labels,
                Columns.texts(row, "tenants"),
                Columns.instant(row, "seen_time"),
                row.getBoolean("connected"));
    }
}
