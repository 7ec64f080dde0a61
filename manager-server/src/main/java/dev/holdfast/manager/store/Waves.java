package dev.holdfast.manager.store;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.List;
import java.util.UUID;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.statement.StatementContext;

/** The table of waves. Whoever writes has locked the upgrade. */
public final class Waves {
    private final Handle handle;

    Waves(Handle handle) {
        this.handle = handle;
    }

    /** Numbered from 1 on. */
    public void insert(UUID upgradeId, int count) {
        handle.execute(
                "INSERT INTO wave (upgrade_id, number) SELECT ?, n FROM generate_series(1, ?) n", upgradeId, count);
    }

    /** In their order. */
    public List<WaveRow> of(UUID upgradeId) {
        return handle.createQuery("SELECT wave.*, " + Gates.HOLDS + " FROM wave WHERE upgrade_id = :id ORDER BY number")
                .bind("id", upgradeId)
                .map(Waves::row)
                .list();
    }

    public void begin(UUID upgradeId, int number) {
        set("begin_time", upgradeId, number);
    }

    public void end(UUID upgradeId, int number) {
        set("end_time", upgradeId, number);
    }

    public void ask(UUID upgradeId, int number) {
        set("ask_time", upgradeId, number);
    }

    public void approve(UUID upgradeId, int number) {
        set("approve_time", upgradeId, number);
    }

    private void set(String column, UUID upgradeId, int number) {
        handle.createUpdate("UPDATE wave SET <column> = now() WHERE upgrade_id = :id AND number = :number")
                .define("column", column)
                .bind("id", upgradeId)
                .bind("number", number)
                .execute();
    }

    /** What its queries said just now. */
    public void gate(UUID upgradeId, int number, boolean holds, String detail) {
        handle.createUpdate("""
                        UPDATE wave SET <gate> WHERE upgrade_id = :id AND number = :number
                        """)
                .define("gate", Gates.ASKED)
                .bind("holds", holds)
                .bind("detail", detail)
                .bind("id", upgradeId)
                .bind("number", number)
                .execute();
    }

    private static WaveRow row(ResultSet row, StatementContext context) throws SQLException {
        return new WaveRow(
                row.getInt("number"),
                Columns.instantOrNull(row, "begin_time"),
                Columns.instantOrNull(row, "end_time"),
                Columns.instantOrNull(row, "ask_time"),
                Columns.instantOrNull(row, "approve_time"),
                Columns.instantOrNull(row, "holds"),
                row.getString("gate_detail"));
    }
}
