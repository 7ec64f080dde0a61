package dev.holdfast.agent.takeover;

import java.util.List;

/**
 * What of a server's connections was looked at only when it had been killed.
 *
 * @param asleep on which nothing has passed, ready for another server
 * @param woken on which something has passed, unseen until now, and those that nobody knew of
 * @param died since when the server does nothing any more, by {@link System#nanoTime}
 */
public record Rest(List<HeldConnection> asleep, List<HeldConnection> woken, long died) {}
