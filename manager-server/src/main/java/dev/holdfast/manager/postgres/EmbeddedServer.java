package dev.holdfast.manager.postgres;

import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.HexFormat;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A real PostgreSQL under the data directory, reachable over loopback with a password that only the owner of the data
 * directory can read. Its data survives this program, and it is started again when it dies.
 */
public final class EmbeddedServer implements PostgresServer {
    private static final Logger log = LoggerFactory.getLogger(EmbeddedServer.class);

    private final EmbeddedPostgres postgres;
    private final String password;
    private final Keeper keeper;

    private EmbeddedServer(EmbeddedPostgres postgres, String password, Keeper keeper) {
        this.postgres = postgres;
        this.password = password;
        this.keeper = keeper;
    }

    /**
     * Starts PostgreSQL, after stopping one that a killed manager left behind.
     *
     * @param directory the caller holds a lock on what is above it, so that no other manager's server is stopped
     * @param binaries where the program files are unpacked on first use; may be shared
     */
    public static EmbeddedServer start(Path directory, Path binaries) {
        // Not the builder's working directory: zonky deletes old data directories beside the unpacked files.
        System.setProperty("ot.epg.working-dir", binaries.toString());
        Path data = directory.resolve("data");
        Path passwordFile = directory.resolve("password");
        try {
            Files.createDirectories(binaries);
            Files.createDirectories(
                    directory, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
            Orphan.stop(data);
            Orphan.killRest(data);
            Path complete = directory.resolve("initialized");
            putAside(data, complete);
            String password = password(passwordFile);
            EmbeddedPostgres postgres = EmbeddedPostgres.builder()
                    .setDataDirectory(data)
                    .setCleanDataDirectory(false)
                    .setRegisterShutdownHook(false)
                    .setPGStartupWait(Duration.ofSeconds(60))
                    // Appended to initdb's arguments, where the last one counts: zonky itself asks for "trust", with
                    // which every user of the machine would be the database's superuser.
                    .setLocaleConfig("auth", "scram-sha-256")
                    .setLocaleConfig("pwfile", passwordFile.toString())
                    // Whatever LANG is here, initdb may not have it.
                    .setLocaleConfig("locale", "C")
                    .setConnectConfig("password", password)
                    // zonky turns these off, for tests that may lose data.
                    .setServerConfig("fsync", "on")
                    .setServerConfig("synchronous_commit", "on")
                    .setServerConfig("full_page_writes", "on")
                    .setServerConfig("max_connections", "50")
                    .setServerConfig("unix_socket_directories", "")
                    .start();
            return started(postgres, data, password, complete);
        } catch (IOException | RuntimeException e) {
            throw new PostgresException(
                    "the embedded PostgreSQL did not start in " + directory + ": " + e.getMessage() + hint(), e);
        }
    }

    private static EmbeddedServer started(EmbeddedPostgres postgres, Path data, String password, Path complete)
            throws IOException {
        try {
            if (!Files.exists(complete)) {
                DurableFile.write(complete, "");
            }
            log.info("PostgreSQL runs on port {} with its data in {}", postgres.getPort(), data);
            return new EmbeddedServer(postgres, password, Keeper.of(data));
        } catch (IOException e) {
            postgres.close();
            throw e;
        }
    }

    @Override
    public String jdbcUrl() {
        return postgres.getJdbcUrl("postgres", "postgres") + "&password=" + password;
    }

    @Override
    public void close() {
        keeper.close();
        try {
            postgres.close();
        } catch (IOException e) {
            log.warn("PostgreSQL did not stop: {}", e.getMessage());
        }
    }

    /** A data directory whose making was interrupted never served; it is kept all the same, out of the way. */
    private static void putAside(Path data, Path complete) throws IOException {
        if (Files.exists(data) && !Files.exists(complete)) {
            Path aside = data.resolveSibling("data.incomplete-" + System.currentTimeMillis());
            log.warn("{} is incomplete; it is moved to {}", data, aside);
            Files.move(data, aside);
        }
    }

    private static String password(Path file) throws IOException {
        if (!Files.exists(file)) {
            byte[] random = new byte[24];
            new SecureRandom().nextBytes(random);
            DurableFile.write(file, HexFormat.of().formatHex(random));
        }
        return Files.readString(file);
    }

    static boolean isRoot() {
        return "root".equals(System.getProperty("user.name"));
    }

    private static String hint() {
        return isRoot()
                ? ". PostgreSQL refuses to run as root, so it is started through 'unshare -U', which needs user namespaces"
                        + " (sysctl user.max_user_namespaces, kernel.unprivileged_userns_clone): allow them, run the"
                        + " manager as another user, or use --db-url"
                : ". Another PostgreSQL can be used with --db-url";
    }
}
