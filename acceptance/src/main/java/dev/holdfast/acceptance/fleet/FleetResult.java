package dev.holdfast.acceptance.fleet;

import com.google.gson.FieldNamingPolicy;
import com.google.gson.GsonBuilder;
import java.io.PrintStream;
import java.util.Locale;
import java.util.Map;

/**
 * What a fleet costs its managers. Its JSON has the same names in lower case with underscores. CPU is in cores: seconds
 * of it in each second.
 *
 * @param registrationS from the first agent that dials until the manager has answered the last one's registration
 * @param idleCores of all managers, while nothing happens but that all are connected
 * @param idlePostgresCores of PostgreSQL, likewise
 * @param upgradeS from the request until its last event was seen
 * @param managerCores of all managers during that time
 * @param postgresCores of PostgreSQL during that time
 * @param managerRssMb the most memory that a manager ever had
 * @param reconnectS from a manager's death by SIGKILL until every agent is registered again
 * @param wrongEndStates hosts and cycles of which the manager does not say what the agent did
 * @param lostStreams of registered agents, before any manager was killed
 * @param cyclesAtOnce how many cycles were underway at once at the most
 * @param events of the upgrade
 * @param phases each part of the bench
 */
record FleetResult(
        int hosts,
        int managers,
        double registrationS,
        double idleCores,
        double idlePostgresCores,
        double upgradeS,
        double managerCores,
        double postgresCores,
        long managerRssMb,
        double reconnectS,
        int wrongEndStates,
        int lostStreams,
        int cyclesAtOnce,
        int events,
        Map<String, Phase> phases) {

    String json() {
        return new GsonBuilder()
                .setFieldNamingPolicy(FieldNamingPolicy.LOWER_CASE_WITH_UNDERSCORES)
                .setPrettyPrinting()
                .create()
                .toJson(this);
    }

    void print(PrintStream out) {
        out.printf(Locale.ROOT, "%n  %,d hosts, managers: %d%n%n", hosts, managers);
        out.printf(
                Locale.ROOT,
                "  %-14s %9s %9s %9s %9s %9s %9s%n",
                "",
                "seconds",
                "manager",
                "postgres",
                "agents",
                "manager",
                "postgres");
        out.printf(
                Locale.ROOT,
                "  %-14s %9s %9s %9s %9s %9s %9s%n",
                "",
                "",
                "cores",
                "cores",
                "cores",
                "ms/host",
                "ms/host");
        phases.forEach((name, phase) -> out.printf(
                Locale.ROOT,
                "  %-14s %9.2f %9.3f %9.3f %9.3f %9.2f %9.2f%n",
                name,
                phase.seconds(),
                phase.managerCores(),
                phase.postgresCores(),
                phase.agentsCores(),
                phase.managerMsPerHost(),
                phase.postgresMsPerHost()));
        out.printf(Locale.ROOT, "%n  manager's memory %,d MiB at the most%n", managerRssMb);
        out.printf(Locale.ROOT, "  upgrade: %,d events, %,d cycles at once at the most%n", events, cyclesAtOnce);
        out.printf(Locale.ROOT, "  lost streams: %d%n", lostStreams);
        out.printf(Locale.ROOT, "  wrong end states: %d%n", wrongEndStates);
    }
}
