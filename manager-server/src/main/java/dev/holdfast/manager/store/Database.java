package dev.holdfast.manager.store;

import java.sql.SQLException;
import java.util.function.Consumer;
import java.util.function.Function;
import javax.sql.DataSource;
import org.jdbi.v3.core.ConnectionException;
import org.jdbi.v3.core.Jdbi;
import org.jdbi.v3.core.JdbiException;
import org.jdbi.v3.core.statement.UnableToExecuteStatementException;
import org.jdbi.v3.postgres.PostgresPlugin;
import org.postgresql.util.PSQLState;

/** Runs transactions, read committed. */
public final class Database {
    private final Jdbi jdbi;

    public Database(DataSource pool) {
        jdbi = Jdbi.create(pool).installPlugin(new PostgresPlugin()).registerArgument(new TextArgument());
    }

    /** Commits when the work returns, rolls back when it throws. */
    public <T> T ask(Function<Transaction, T> work) {
        try {
            return jdbi.inTransaction(handle -> work.apply(new Transaction(handle)));
        } catch (JdbiException e) {
            throw isUnreachable(e) ? new UnreachableException(e) : e;
        }
    }

    /** Whether there was no connection, or it broke (class 08), or the server is going down or coming up (57P0x). */
    private static boolean isUnreachable(JdbiException failure) {
        return failure instanceof ConnectionException
                || (failure.getCause() instanceof SQLException sql
                        && String.valueOf(sql.getSQLState()).matches("08.*|57P0."));
    }

    /** As {@link #ask}, without an answer. */
    public void run(Consumer<Transaction> work) {
        var _ = ask(tx -> {
            work.accept(tx);
            return true;
        });
    }

    /** The database cannot be reached now. */
    public static final class UnreachableException extends RuntimeException {
        UnreachableException(Throwable cause) {
            super("the database cannot be reached", cause);
        }
    }

    /** Whether a transaction failed because another one made the same unique row first. */
    public static boolean isDuplicate(UnableToExecuteStatementException failure) {
        return failure.getCause() instanceof SQLException sql
                && PSQLState.UNIQUE_VIOLATION.getState().equals(sql.getSQLState());
    }
}
