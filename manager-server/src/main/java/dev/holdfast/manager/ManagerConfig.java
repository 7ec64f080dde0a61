package dev.holdfast.manager;

import dev.holdfast.common.address.HostPort;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * How a manager is to run.
 *
 * @param admin where operators call
 * @param agents where agents call
 * @param dbUrl JDBC URL of a PostgreSQL; null for an embedded one under the data directory
 * @param cacheDir where PostgreSQL's program files are unpacked
 */
public record ManagerConfig(
        HostPort admin,
        HostPort agents,
        Path dataDir,
        @Nullable String dbUrl,
        Path cacheDir) {}
