package dev.holdfast.manager.store;

import java.util.UUID;

/** Whether a host's server process can be upgraded to an image. */
public record QuestionRow(UUID id, UUID hostId, UUID processId, long imageId) {}
