package dev.holdfast.manager.contract;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;

/** What the parts of the contract are tried on. */
interface Fixture {
    RunningManager manager();

    /** Past the manager, to its database. */
    Connection connect() throws SQLException;

    /** The first column of a query's rows, past the manager. */
    List<String> query(String sql) throws SQLException;
}
