package dev.holdfast.agent.cycle;

/** What becomes of a cycle whose agent died; a pure function of the journal's last step and of who lives. */
enum Resolution {
    /** It had ended; only its report was not kept. */
    REPORT,
    /** The old server has everything and gets it back. */
    RELEASE,
    /** The server that was started has everything and keeps it. */
    KEEP,
    /** As that, but it has yet to prove itself. */
    PROVE,
    /** As {@link #KEEP}, whatever became of that server: the cycle is done but for the old one, which lingers. */
    LINGER,
    /** Whoever is left is ended, and the old image is started with what is parked. */
    REVERT;

    /**
     * Decides.
     *
     * @param handedOver whether the journal says that the started server was about to be let go with everything
     * @param startedLives after the time that the kernel takes to kill what a dead agent traced
     * @param parked whether a process lives that keeps the sockets
     */
    static Resolution of(State state, boolean handedOver, boolean startedLives, boolean oldLives, boolean parked) {
        return switch (state) {
            case DONE, ABORTED, REVERTED, FAILED -> REPORT;
            case PREPARING, WARMING, HOLDING, PAUSING -> RELEASE;
            // Those who keep the sockets stay once the server is quiet; it may have ended by itself.
            case QUIESCING -> oldLives || !parked ? RELEASE : REVERT;
            case STOPPING, STARTING, DELIVERING -> REVERT;
            // Who keeps the sockets is there while the new server is given more, and ends with the agent if that dies.
            case LINGERING -> startedLives || !parked ? LINGER : REVERT;
            case PROVING -> handedOver && startedLives ? PROVE : REVERT;
            case RESUMING, REVERTING -> handedOver && startedLives ? KEEP : REVERT;
        };
    }
}
