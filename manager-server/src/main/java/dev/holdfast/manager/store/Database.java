package dev.holdfast.manager.store;

import java.sql.Connection;
import java.sql.SQLException;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.concurrent.Semaphore;
import java.util.function.Consumer;
import java.util.function.Function;
import javax.sql.DataSource;
import org.jdbi.v3.core.ConnectionException;
import org.jdbi.v3.core.Jdbi;
import org.jdbi.v3.core.JdbiException;
import org.jdbi.v3.core.statement.UnableToExecuteStatementException;
import org.jdbi.v3.postgres.PostgresPlugin;
import org.jspecify.annotations.Nullable;
import org.postgresql.util.PSQLState;

/** Runs transactions, read committed. */
public final class Database {
    private final Jdbi jdbi;
    private final @Nullable Semaphore turns;

    private Database(Jdbi jdbi, @Nullable Semaphore turns) {
        this.jdbi = jdbi;
        this.turns = turns;
    }

    public Database(DataSource pool) {
        this(with(Jdbi.create(pool)), null);
    }

    /** Over one connection, which stays open. */
    public Database(Connection connection) {
        this(with(Jdbi.create(connection)), null);
    }

    private static Jdbi with(Jdbi plain) {
        return plain.installPlugin(new PostgresPlugin())
                .registerArgument(new TextArgument())
                .registerArrayType(Instant.class, "timestamptz", time -> time.atOffset(ZoneOffset.UTC));
    }

    /**
     * The same for work that may come in any amount: the rest waits its turn here, in order and for as long as it takes, and
     * leaves the other connections to others.
     */
    public Database limited(int atOnce) {
        return new Database(jdbi, new Semaphore(atOnce, true));
    }

    /** Commits when the work returns, rolls back when it throws. */
    public <T> T ask(Function<Transaction, T> work) {
        if (turns == null) {
            return transact(work);
        }
        turns.acquireUninterruptibly();
        try {
            return transact(work);
        } finally {
            turns.release();
        }
    }

    private <T> T transact(Function<Transaction, T> work) {
        try {
            return jdbi.inTransaction(handle -> {
                Transaction tx = new Transaction(handle);
                T answer = work.apply(tx);
                tx.wakes().send(handle);
                return answer;
            });
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

        /** As was found before. */
        public UnreachableException() {
            super("the database cannot be reached");
        }
    }

    /** Whether a transaction failed because another one made the same unique row first. */
    public static boolean isDuplicate(UnableToExecuteStatementException failure) {
        return is(PSQLState.UNIQUE_VIOLATION, failure);
    }

    /** Whether a transaction failed because of another one at the same time, and is to be tried again. */
    public static boolean isRaced(UnableToExecuteStatementException failure) {
        return isDuplicate(failure) || is(PSQLState.DEADLOCK_DETECTED, failure);
    }

    private static boolean is(PSQLState state, UnableToExecuteStatementException failure) {
        return failure.getCause() instanceof SQLException sql
                && state.getState().equals(sql.getSQLState());
    }
}
