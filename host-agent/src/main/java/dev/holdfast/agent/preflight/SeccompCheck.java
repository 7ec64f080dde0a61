package dev.holdfast.agent.preflight;

import java.util.List;

/**
 * Whether the server restricts its own system calls. A new one will too, and the calls that are made in its name to give it
 * connections would be judged by its filter, which may kill it; what it has from the agent's container it had before.
 */
final class SeccompCheck implements Check {
    @Override
    public String name() {
        return "seccomp";
    }

    @Override
    public List<Finding> look(Subject subject) {
        int own = ProcessStatus.own().seccompFilters();
        List<Integer> filtered = subject.pids().stream()
                .filter(pid -> ProcessStatus.of(pid)
                        .filter(status -> status.seccompFilters() > own)
                        .isPresent())
                .toList();
        return List.of(
                filtered.isEmpty()
                        ? Finding.passed(name(), "the server has no seccomp filter of its own")
                        : Finding.refused(
                                name(),
                                "the server has a seccomp filter of its own (in " + Subject.words(filtered)
                                        + "), which may kill it for mmap, socket, connect or recvmsg made in its name while"
                                        + " connections are given to it: switch its sandbox off"));
    }
}
