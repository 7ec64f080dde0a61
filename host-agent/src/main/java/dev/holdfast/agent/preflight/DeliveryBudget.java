package dev.holdfast.agent.preflight;

import dev.holdfast.agent.linux.ProcFiles;
import java.util.List;

/**
 * Whether a new process may open as many files as the fullest of the running server's has: it gets the same connections.
 * What is beyond its limit is lost on the way to it (SCM_RIGHTS of unix(7)).
 *
 * @param open how many the fullest process has
 * @param limit its RLIMIT_NOFILE
 * @param given what a new process begins with: it has its limits from the agent
 */
record DeliveryBudget(int open, long limit, long given) {
    /** Descriptors that come and go during the delivery. */
    private static final int SPARE = 8;

    static DeliveryBudget of(List<Integer> pids) {
        long given = Limits.openFiles("self").orElseThrow();
        DeliveryBudget fullest = new DeliveryBudget(0, given, given);
        for (int pid : pids) {
            int open = ProcFiles.names("/proc/" + pid + "/fd").size();
            if (open > fullest.open()) {
                fullest = new DeliveryBudget(
                        open, Limits.openFiles(String.valueOf(pid)).orElse(given), given);
            }
        }
        return fullest;
    }

    Finding finding(String check) {
        int wanted = open + SPARE;
        if (wanted <= given) {
            return Finding.passed(
                    check, "a process of the server has " + open + " files open, and a new one may open " + given);
        }
        if (limit < wanted) {
            return Finding.refused(
                    check,
                    "a process of the server has " + open + " files open and may open " + Math.max(limit, given)
                            + ", which is too few to be given the same connections: raise the agent's limit (ulimit -n,"
                            + " LimitNOFILE), which its servers have from it, to " + wanted);
        }
        return Finding.warning(
                check,
                "a process of the server has " + open + " files open, and a new one begins with a limit of " + given
                        + ": if it does not raise that to " + wanted + " itself, as the running one did, the upgrade is"
                        + " undone");
    }
}
