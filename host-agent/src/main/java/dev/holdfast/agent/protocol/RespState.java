package dev.holdfast.agent.protocol;

import org.jspecify.annotations.Nullable;

/** What commands have left behind in the server for their connection, as far as it was seen. */
final class RespState {
    static final int PLAIN = 0;
    static final int SUBSCRIBE = 1;
    static final int MONITOR = 2;
    static final int SYNC = 3;
    static final int MULTI = 4;
    static final int EXEC = 5;
    static final int WATCH = 6;
    static final int UNWATCH = 7;
    static final int AUTH = 8;
    static final int HELLO_2 = 9;
    static final int HELLO_3 = 10;
    static final int READONLY = 11;
    static final int READWRITE = 12;
    static final int RESET = 13;
    static final int NO_REPLY = 14;
    static final int TRACKING = 15;
    /** And the number of a database above it. */
    private static final int SELECT = 16;

    private static final int DATABASES = 1_000;

    private boolean transaction;
    private boolean watch;
    private boolean login;
    private boolean resp3;
    private boolean readOnly;
    private boolean tracking;
    private int database;

    static int select(String database) {
        boolean number = !database.isEmpty()
                && database.length() <= 3
                && database.chars().allMatch(c -> c >= '0' && c <= '9');
        return SELECT + (number ? Integer.parseInt(database) : DATABASES);
    }

    /** A command has succeeded. */
    void done(int kind) {
        switch (kind) {
            case MULTI -> transaction = true;
            case EXEC -> endTransaction();
            case WATCH -> watch = true;
            case UNWATCH -> watch = false;
            case AUTH -> login = true;
            case HELLO_2 -> resp3 = false;
            case HELLO_3 -> resp3 = true;
            case READONLY -> readOnly = true;
            case READWRITE -> readOnly = false;
            case TRACKING -> tracking = true;
            case RESET -> reset();
            default -> database = kind >= SELECT ? kind - SELECT : database;
        }
    }

    /** A command has failed. */
    void failed(int kind) {
        if (kind == EXEC) {
            endTransaction();
        }
    }

    private void endTransaction() {
        transaction = false;
        watch = false;
    }

    private void reset() {
        endTransaction();
        login = false;
        resp3 = false;
        readOnly = false;
        tracking = false;
        database = 0;
    }

    /** For the operator; null if there is nothing. */
    @Nullable
    String describe() {
        if (transaction || watch) {
            return transaction ? "a transaction" : "watched keys";
        }
        if (database != 0) {
            return database < DATABASES ? "database " + database + " selected" : "another database selected";
        }
        if (login || resp3) {
            return login ? "a login" : "RESP3";
        }
        if (tracking || readOnly) {
            return tracking ? "client-side caching" : "READONLY";
        }
        return null;
    }
}
