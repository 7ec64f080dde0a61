package dev.holdfast.manager.store;

import java.util.UUID;

/** An upgrade whose image is to be ready on a host before its turn comes. */
public record StageRow(UUID hostId, UUID upgradeId, long imageId) {}
