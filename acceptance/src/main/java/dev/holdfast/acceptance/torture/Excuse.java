package dev.holdfast.acceptance.torture;

/** For the end of a client's connection. */
enum Excuse {
    NONE,
    /** Its server was killed, or it is reported as reset: right if an answer was owed. */
    OWED,
    /** Somebody was killed, and it is reported as reset since nobody could tell what was owed. */
    IN_DOUBT;

    /** What the report says of a connection that nobody could tell anything of. */
    private static final String DOUBT = "nobody can tell whether";

    /**
     * Which there is.
     *
     * @param reported what is reported of the connection
     * @param kills in the upgrade
     */
    static Excuse of(String reported, int kills) {
        if (!reported.startsWith("reset")) {
            return NONE;
        }
        return kills > 0 && reported.contains(DOUBT) ? IN_DOUBT : OWED;
    }
}
