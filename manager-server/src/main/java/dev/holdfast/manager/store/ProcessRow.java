package dev.holdfast.manager.store;

import java.time.Instant;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * A server process.
 *
 * @param imageId the image that it runs, or is to run
 * @param pid 0 when there is none
 * @param detail why, for FAILED and EXITED; empty otherwise
 */
public record ProcessRow(
        UUID id,
        long tenantId,
        String tenant,
        String imageName,
        long imageId,
        String imageVersion,
        UUID hostId,
        String host,
        ProcessState state,
        int pid,
        @Nullable Instant startTime,
        String detail) {}
