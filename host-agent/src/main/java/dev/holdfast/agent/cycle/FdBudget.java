package dev.holdfast.agent.cycle;

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

    private static final String LIMIT = "Max open files";
    private static final int LONGEST = 8192;

    static FdBudget of(List<Integer> pids) {
        String limits = ProcFiles.read("/proc/self/limits", LONGEST).orElseThrow();
        String soft = limits.lines()
                .filter(line -> line.startsWith(LIMIT))
                .map(line -> line.substring(LIMIT.length()).strip().split(" ", 2)[0])
                .findFirst()
                .orElseThrow();
        return new FdBudget(
                soft.equals("unlimited") ? Long.MAX_VALUE : Long.parseLong(soft),
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
