package dev.holdfast.acceptance.fleet;

/**
 * What a part of the bench took.
 *
 * @param managerCores CPU time of all managers for each second of it; likewise PostgreSQL's and the simulated agents'
 * @param managerMsPerHost CPU time of all managers for each host; likewise PostgreSQL's
 */
record Phase(
        double seconds,
        double managerCores,
        double postgresCores,
        double agentsCores,
        double managerMsPerHost,
        double postgresMsPerHost) {
    /** From CPU seconds. */
    static Phase of(double seconds, double managers, double postgres, double agents, int hosts) {
        return new Phase(
                rounded(seconds),
                rounded(managers / seconds),
                rounded(postgres / seconds),
                rounded(agents / seconds),
                rounded(managers * 1000 / hosts),
                rounded(postgres * 1000 / hosts));
    }

    private static double rounded(double value) {
        return Math.round(value * 1000) / 1000.0;
    }
}
