package dev.holdfast.agent.observer;

/**
 * What the kernel says of a connection.
 *
 * @param consumed bytes that the server has read
 * @param unread bytes that came and that it has not read
 * @param silent nothing has come or been sent for so long that no answer can be underway
 * @param acknowledged the client has acknowledged all that was sent to it
 */
public record Reading(long consumed, int unread, boolean silent, boolean acknowledged) {}
