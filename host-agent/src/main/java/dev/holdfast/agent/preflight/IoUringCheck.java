package dev.holdfast.agent.preflight;

import java.util.List;
import java.util.Set;

/**
 * Whether the server accepts by io_uring(7), where accept is no system call that could be given a connection. A ring alone
 * does not say so: many have one for files.
 */
final class IoUringCheck implements Check {
    private static final String RING = "anon_inode:[io_uring]";

    @Override
    public String name() {
        return "io_uring";
    }

    @Override
    public List<Finding> look(Subject subject) {
        List<Integer> rings = subject.pids().stream()
                .filter(pid -> !Accepting.withLink(pid, RING).isEmpty())
                .toList();
        if (rings.isEmpty()) {
            return List.of(Finding.passed(name(), "the server does not use io_uring"));
        }
        Set<Long> listeners = subject.sockets().listenerInodes();
        if (rings.stream().allMatch(pid -> Accepting.mayWaitFor(pid, listeners))) {
            return List.of(
                    Finding.warning(
                            name(),
                            "the server uses io_uring, though its listener is waited for by system calls: if it reads from clients"
                                    + " by io_uring, the kernel may read for it while it is frozen, and the upgrade is undone"));
        }
        return List.of(
                Finding.refused(
                        name(),
                        "process " + rings.getFirst()
                                + " of the server has an io_uring, and nothing that waits for clients by a system call:"
                                + " accept is no call there, and cannot be given a connection; switch io_uring off in the server"));
    }
}
