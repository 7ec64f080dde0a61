package dev.holdfast.agent.observer;

import java.net.InetSocketAddress;

/** A connection by its two ends; {@code local} is the server's. */
public record Flow(InetSocketAddress local, InetSocketAddress peer) {}
