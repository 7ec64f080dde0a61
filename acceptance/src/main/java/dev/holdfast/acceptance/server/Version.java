package dev.holdfast.acceptance.server;

/** Which of a server's two versions: an upgrade goes from A to B. */
public enum Version {
    A,
    B
}
