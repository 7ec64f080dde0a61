package dev.holdfast.agent.takeover;

import dev.holdfast.agent.linux.Fds;
import dev.holdfast.agent.linux.OwnedFd;
import dev.holdfast.agent.linux.ProcFiles;
import dev.holdfast.agent.linux.Processes;
import dev.holdfast.agent.linux.SyscallException;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.IntStream;

/** The sockets among the descriptors of a process: /proc/PID/fd of proc(5). */
public record SocketTable(List<Entry> entries) {
    /** A table with more room than so many times what is known to be in it is listed. */
    private static final int SPARSE = 4;

    private static final int STATUS_MAX = 4096;
    private static final String FD_SIZE = "FDSize:";

    public record Entry(int number, long inode) {}

    /**
     * As it is now; empty for a process that is gone.
     *
     * @throws SyscallException when it cannot be told
     */
    public static SocketTable of(int pid) {
        return of(pid, Map.of());
    }

    /** What we have a duplicate of, and its inode. */
    record Place(OwnedFd ours, long inode) {}

    /**
     * As above.
     *
     * @param before what stood under which number before: where it is the same open file still, its inode is not read again,
     *     which takes four times as long
     */
    static SocketTable of(int pid, Map<Integer, Place> before) {
        return besides(new BitSet(), pid, before);
    }

    /** As above, without what is under some numbers. */
    static SocketTable besides(BitSet numbers, int pid, Map<Integer, Place> before) {
        String directory = "/proc/" + pid + "/fd";
        List<Entry> entries = new ArrayList<>();
        try (Fds.LinkReader links = new Fds.LinkReader(directory)) {
            numbers(pid, directory, before.size())
                    .filter(number -> !numbers.get(number))
                    .forEach(number -> {
                        Place place = before.get(number);
                        long inode = place != null
                                        && !place.ours().isClosed()
                                        && Processes.sharesFile(pid, number, place.ours())
                                ? place.inode()
                                : Fds.socketInode(links.read(Integer.toString(number)));
                        if (inode >= 0) {
                            entries.add(new Entry(number, inode));
                        }
                    });
        } catch (SyscallException e) {
            if (!ProcFiles.isGone(e)) {
                throw e;
            }
        }
        return new SocketTable(entries);
    }

    /** Which it may have. Where most are known to be open, to try all that there can be is quicker than to have them listed. */
    private static IntStream numbers(int pid, String directory, int known) {
        int room = known == 0 ? Integer.MAX_VALUE : room(pid);
        return room <= known * SPARSE
                ? IntStream.range(0, room)
                : ProcFiles.names(directory).stream().mapToInt(Integer::parseInt);
    }

    /** For how many descriptors its table has room: FDSize of proc_pid_status(5). */
    private static int room(int pid) {
        return ProcFiles.read("/proc/" + pid + "/status", STATUS_MAX)
                .flatMap(status ->
                        status.lines().filter(line -> line.startsWith(FD_SIZE)).findFirst())
                .map(line -> Integer.parseInt(line.substring(FD_SIZE.length()).strip()))
                .orElse(Integer.MAX_VALUE);
    }

    /** Those entries of it that are among these sockets. */
    SocketTable with(Set<Long> inodes) {
        return new SocketTable(
                entries.stream().filter(entry -> inodes.contains(entry.inode())).toList());
    }

    /** The inodes of all sockets of these processes. */
    static Set<Long> inodes(Collection<Integer> pids) {
        Set<Long> inodes = new HashSet<>();
        for (int pid : pids) {
            of(pid).entries().forEach(entry -> inodes.add(entry.inode()));
        }
        return inodes;
    }
}
