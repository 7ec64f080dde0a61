package dev.holdfast.agent.process;

/**
 * One process, now and for ever: pids are used again, a pid with its start time is not.
 *
 * @param startTicks field 22 of /proc/PID/stat
 */
public record ProcessIdentity(int pid, long startTicks) {
    /**
     * Whoever has the pid now.
     *
     * @throws ProcessException when nobody has
     */
    public static ProcessIdentity of(int pid) {
        return ProcStat.of(pid)
                .map(stat -> new ProcessIdentity(pid, stat.startTicks()))
                .orElseThrow(() -> new ProcessException("There is no process " + pid));
    }

    /**
     * Whether there is a process with that pid that goes on: one that ends has closed its descriptors before it is seen to
     * have ended.
     */
    public static boolean goesOn(int pid) {
        return ProcStat.of(pid).filter(stat -> !stat.exiting() && !stat.ended()).isPresent();
    }

    /**
     * It exists and is not a zombie.
     *
     * @throws dev.holdfast.agent.linux.SyscallException when it cannot be told, as without a free descriptor
     */
    public boolean alive() {
        return ProcStat.of(pid)
                .filter(stat -> stat.startTicks() == startTicks && !stat.ended())
                .isPresent();
    }
}
