package dev.holdfast.manager.store;

import java.time.Instant;

/** A tenant. */
public record TenantRow(long id, String name, Instant createTime) {}
