package dev.holdfast.manager.wake;

import dev.holdfast.manager.store.Database;
import dev.holdfast.manager.store.Topic;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Properties;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.postgresql.PGConnection;
import org.postgresql.PGNotification;

/** A connection of its own to the database, on which every topic is listened to. */
final class Line implements AutoCloseable {
    /** A database that says nothing is given up after this. */
    private static final String PATIENCE_SECONDS = "3";

    private final Connection connection;
    private final PGConnection notifications;
    private final Database database;

    private Line(Connection connection) throws SQLException {
        this.connection = connection;
        this.notifications = connection.unwrap(PGConnection.class);
        this.database = new Database(connection);
    }

    static Line open(String jdbcUrl) throws SQLException {
        Properties properties = new Properties();
        properties.setProperty("ApplicationName", "holdfast-manager-line");
        properties.setProperty("connectTimeout", PATIENCE_SECONDS);
        properties.setProperty("loginTimeout", PATIENCE_SECONDS);
        properties.setProperty("socketTimeout", PATIENCE_SECONDS);
        Connection connection = DriverManager.getConnection(jdbcUrl, properties);
        try (Statement statement = connection.createStatement()) {
            for (Topic topic : Topic.values()) {
                statement.execute("LISTEN " + topic.channel());
            }
            return new Line(connection);
        } catch (SQLException e) {
            connection.close();
            throw e;
        }
    }

    Database database() {
        return database;
    }

    /** Waits for the first, and takes what has come with it, each once. */
    Map<Topic, Set<UUID>> hear(Duration atMost) throws SQLException {
        Map<Topic, Set<UUID>> heard = new EnumMap<>(Topic.class);
        PGNotification @Nullable [] come = notifications.getNotifications((int) Math.max(1, atMost.toMillis()));
        for (PGNotification notification : come == null ? new PGNotification[0] : come) {
            for (Topic topic : Topic.values()) {
                if (topic.channel().equals(notification.getName())) {
                    Arrays.stream(notification.getParameter().split(","))
                            .map(UUID::fromString)
                            .forEach(heard.computeIfAbsent(topic, _ -> new LinkedHashSet<>())::add);
                }
            }
        }
        return heard;
    }

    @Override
    public void close() throws SQLException {
        connection.close();
    }
}
