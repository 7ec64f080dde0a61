package dev.holdfast.agent.preflight;

import dev.holdfast.agent.linux.Fds;
import dev.holdfast.agent.linux.ProcFiles;
import dev.holdfast.agent.linux.SyscallException;
import dev.holdfast.agent.takeover.SocketTable;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.StringTokenizer;

/** What shows that a process makes accept calls on a listener, seen from outside. */
final class Accepting {
    private static final int LONGEST = 65_536;
    /** accept and accept4, which name their listener first. */
    private static final Set<String> ACCEPTS = Set.of("43", "288");
    /** poll, select, pselect6, ppoll: on what, cannot be seen. */
    private static final Set<String> WAITS = Set.of("7", "23", "270", "271");

    private Accepting() {}

    /** It waits for one of the listeners: in an epoll set, epoll(7), or a thread in accept(2). */
    static boolean waitsFor(int pid, Set<Long> listeners) {
        return epoll(pid).stream().anyMatch(listeners::contains) || accepts(pid, listeners);
    }

    /** As {@link #waitsFor}, or may do so: a thread is in poll(2) or select(2). */
    static boolean mayWaitFor(int pid, Set<Long> listeners) {
        return waitsFor(pid, listeners) || calls(pid).stream().anyMatch(call -> WAITS.contains(call.getFirst()));
    }

    private static boolean accepts(int pid, Set<Long> listeners) {
        List<SocketTable.Entry> table = SocketTable.of(pid).entries();
        return calls(pid).stream()
                .filter(call -> ACCEPTS.contains(call.getFirst()))
                .map(call -> Long.decode(call.get(1)))
                .anyMatch(number -> table.stream()
                        .anyMatch(entry -> entry.number() == number && listeners.contains(entry.inode())));
    }

    /** Number and first argument of the call in which each thread waits; /proc/PID/task/TID/syscall. */
    private static List<List<String>> calls(int pid) {
        String tasks = "/proc/" + pid + "/task";
        return ProcFiles.names(tasks).stream()
                .map(thread -> ProcFiles.read(tasks + "/" + thread + "/syscall", LONGEST)
                        .orElse(""))
                .map(line -> List.of(line.split(" ", -1)))
                .filter(words -> words.size() > 2)
                .toList();
    }

    /** The inodes of all that is in the process's epoll sets. */
    private static Set<Long> epoll(int pid) {
        Set<Long> inodes = new HashSet<>();
        for (String fd : withLink(pid, "anon_inode:[eventpoll]")) {
            ProcFiles.read("/proc/" + pid + "/fdinfo/" + fd, LONGEST).stream()
                    .flatMap(String::lines)
                    .filter(line -> line.startsWith("tfd:"))
                    .forEach(line -> inodes.add(inode(line)));
        }
        return inodes;
    }

    /** "tfd: 6 events: 19 data: 6 pos:0 ino:1a sdev:f", the inode in hexadecimal digits. */
    private static long inode(String line) {
        for (StringTokenizer words = new StringTokenizer(line); words.hasMoreTokens(); ) {
            String word = words.nextToken();
            if (word.startsWith("ino:")) {
                return Long.parseLong(word, 4, word.length(), 16);
            }
        }
        return -1;
    }

    /** The descriptors that are links to that. */
    static List<String> withLink(int pid, String target) {
        String directory = "/proc/" + pid + "/fd";
        List<String> names = ProcFiles.names(directory);
        try (Fds.LinkReader links = new Fds.LinkReader(directory)) {
            return names.stream()
                    .filter(name -> links.read(name).equals(target))
                    .toList();
        } catch (SyscallException e) {
            if (!ProcFiles.isGone(e)) {
                throw e;
            }
            return List.of();
        }
    }
}
