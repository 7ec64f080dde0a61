package dev.holdfast.manager.fleet;

import dev.holdfast.proto.agent.v1.ConnectResponse;

/**
 * Something that an agent is to do.
 *
 * @param key the same for the same command, so that a stream carries it once
 */
public record Command(String key, ConnectResponse message) {}
