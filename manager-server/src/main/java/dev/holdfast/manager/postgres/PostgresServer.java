package dev.holdfast.manager.postgres;

/** Where PostgreSQL is, and what is to be closed when it is no longer needed. */
public interface PostgresServer extends AutoCloseable {
    String jdbcUrl();

    @Override
    void close();

    /** A server that somebody else runs. */
    record External(String jdbcUrl) implements PostgresServer {
        @Override
        public void close() {}
    }
}
