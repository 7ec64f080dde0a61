package dev.holdfast.agent.preflight;

import dev.holdfast.agent.linux.ProcFiles;
import dev.holdfast.agent.takeover.Holder;
import java.util.List;
import java.util.Optional;

/**
 * Whether this agent may open as many files as a cycle needs.
 *
 * @param limit RLIMIT_NOFILE of getrlimit(2)
 * @param open how many are open now
 * @param sockets how many the server has
 */
record FdBudget(long limit, int open, int sockets) {
    /** For everything but the sockets: the new server's processes, probes, journals. */
    private static final int OTHERS = 128;

    static FdBudget of(List<Integer> pids) {
        return new FdBudget(
                Limits.openFiles("self").orElseThrow(),
                ProcFiles.names("/proc/self/fd").size(),
                Holder.count(pids));
    }

    /** Clients that come meanwhile are held too. */
    private long wanted() {
        return sockets + sockets / 4L + OTHERS;
    }

    /** What is missing and what would be right; empty when there are enough. */
    Optional<String> missing() {
        return limit - open >= wanted()
                ? Optional.empty()
                : Optional.of(
                        "the server has " + sockets + " sockets, and to hold them the agent may open too few files: "
                                + open + " of " + limit + " are open and " + wanted()
                                + " more are needed; raise the agent's limit"
                                + " (ulimit -n, LimitNOFILE) to " + (open + wanted()));
    }
}
