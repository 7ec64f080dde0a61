package dev.holdfast.manager;

import dev.holdfast.common.address.HostPort;
import java.nio.file.Path;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * How a manager is to run.
 *
 * @param admin where operators call
 * @param agents where agents call
 * @param siteDir the bundles; the same for all managers of a database
 * @param dbUrl JDBC URL of a PostgreSQL; null for an embedded one under the data directory
 * @param cacheDir where PostgreSQL's program files are unpacked
 * @param checkPatience how long agents are waited for that look whether an upgrade can be done
 */
public record ManagerConfig(
        HostPort admin,
        HostPort agents,
        Path dataDir,
        Path siteDir,
        @Nullable String dbUrl,
        Path cacheDir,
        Duration checkPatience) {
    /** Less than callers give a call. */
    public static final Duration CHECK_PATIENCE = Duration.ofSeconds(15);
}
