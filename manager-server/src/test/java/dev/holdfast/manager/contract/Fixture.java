package dev.holdfast.manager.contract;

import java.io.IOException;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;

/** What the parts of the contract are tried on. */
interface Fixture {
    RunningManager manager();

    /** One more on the same database and site directory, on a data directory of its own. */
    RunningManager another(Path dataDir) throws IOException;

    /** Past the manager, to its database. */
    Connection connect() throws SQLException;

    /** The first column of a query's rows, past the manager. */
    List<String> query(String sql) throws SQLException;
}
