package dev.holdfast.agent.cycle;

import dev.holdfast.agent.process.ImageRef;
import java.util.Map;

/** The upgrades of this host's server processes. */
public interface Cycles {
    /**
     * Takes up the cycles that an earlier agent left unfinished, having locked their processes when it returns. Called
     * once, before the processes are watched and before any cycle is started.
     */
    void recover();

    /**
     * Begins a cycle and returns; its listener hears of the rest. Does nothing for a cycle that is under way.
     *
     * @param processId of a process that the agent manages
     * @param image what the process runs when the cycle is done
     */
    void start(String cycleId, String processId, ImageRef image);

    /** The process ids of the cycles that run or wait for their process, by cycle id. */
    Map<String, String> underWay();

    /**
     * Has a cycle undone, wherever it is, and returns; one that has ended, or is on its way back, ends as it does. One that
     * is not known is reported as aborted, and will not be begun.
     *
     * @param reason for people: who asked for it
     */
    void abort(String cycleId, String reason);
}
