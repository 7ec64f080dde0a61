package dev.holdfast.agent.cycle;

/** What may have been read by a server that is gone, and not answered. */
enum Read {
    ALL,
    /** No more than came after the old server was quiet: it owed nothing then. */
    SINCE_QUIET
}
