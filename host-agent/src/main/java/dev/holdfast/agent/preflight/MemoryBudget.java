package dev.holdfast.agent.preflight;

import dev.holdfast.agent.linux.ProcFiles;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What there is for what waits during an upgrade.
 *
 * @param sockets how many the server has
 * @param heap the most that the agent's heap may grow to, in bytes
 * @param tcpPages what the kernel's TCP has in use, in pages of 4 KiB; tcp_mem of tcp(7)
 * @param tcpPressure from when on it is sparing
 * @param tcpMost from when on it drops what comes in
 */
record MemoryBudget(int sockets, long heap, long tcpPages, long tcpPressure, long tcpMost) {
    /** What the agent keeps of a connection until it is reported. */
    private static final long HEAP_OF_SOCKET = 2048;

    private static final Pattern IN_USE = Pattern.compile("(?s).*TCP: .*? mem (\\d+).*");
    private static final Pattern LEVELS = Pattern.compile("\\d+\\s+(\\d+)\\s+(\\d+)");
    private static final int LONGEST = 4096;
    private static final long MIB = 1 << 20;

    static MemoryBudget of(int sockets) {
        return of(sockets, read("/proc/net/sockstat"), read("/proc/sys/net/ipv4/tcp_mem"));
    }

    /** The kernel shows tcp_mem in its first network namespace only: without it nothing is known to be too little. */
    static MemoryBudget of(int sockets, String sockstat, String tcpMem) {
        Matcher inUse = IN_USE.matcher(sockstat);
        Matcher levels = LEVELS.matcher(tcpMem.strip());
        boolean known = levels.matches();
        return new MemoryBudget(
                sockets,
                Runtime.getRuntime().maxMemory(),
                inUse.matches() ? Long.parseLong(inUse.group(1)) : 0,
                known ? Long.parseLong(levels.group(1)) : Long.MAX_VALUE,
                known ? Long.parseLong(levels.group(2)) : Long.MAX_VALUE);
    }

    private static String read(String file) {
        return ProcFiles.read(file, LONGEST).orElse("");
    }

    /** Empty when half of the heap is enough: the rest of the agent needs some too. */
    Optional<String> tooLittleHeap() {
        long wanted = 2 * HEAP_OF_SOCKET * sockets;
        return wanted <= heap
                ? Optional.empty()
                : Optional.of("the agent's heap, of " + heap / MIB + " MiB at the most, is too small for " + sockets
                        + " connections: start it with HOLDFAST_JAVA_OPTS=-Xmx" + (wanted / MIB + 1) + "m");
    }

    /** Empty when each client may send a page while it waits. */
    Optional<String> tooLittleForTcp() {
        return tcpPages + sockets <= tcpMost
                ? Optional.empty()
                : Optional.of("the kernel may use " + tcpMost + " pages for TCP and uses " + tcpPages + ": what "
                        + sockets + " waiting clients send would be dropped; raise net.ipv4.tcp_mem");
    }

    Optional<String> sparing() {
        return tcpPages < tcpPressure
                ? Optional.empty()
                : Optional.of("the kernel is short of memory for TCP (" + tcpPages + " pages in use, sparing from "
                        + tcpPressure + " on): clients may wait longer; raise net.ipv4.tcp_mem");
    }
}
