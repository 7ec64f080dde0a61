package dev.holdfast.agent.preflight;

import dev.holdfast.agent.linux.Errno;
import dev.holdfast.agent.linux.OwnedFd;
import dev.holdfast.agent.linux.Passwd;
import dev.holdfast.agent.linux.ProcFiles;
import dev.holdfast.agent.linux.Processes;
import dev.holdfast.agent.linux.Ptrace;
import dev.holdfast.agent.linux.SyscallException;
import dev.holdfast.common.manifest.Manifest;
import java.util.List;
import java.util.Optional;

/**
 * Whether this agent may duplicate the server's descriptors and trace the new one. It asks the kernel for a descriptor and
 * for a process that do not exist: the answer tells whether it would have been given them, and nothing happens.
 */
final class TraceCheck implements Check {
    private static final int NO_DESCRIPTOR = Integer.MAX_VALUE;
    private static final int NO_PROCESS = Integer.MAX_VALUE;
    private static final String YAMA = "/proc/sys/kernel/yama/ptrace_scope";
    private static final int LONGEST = 16;

    @Override
    public String name() {
        return "ptrace";
    }

    @Override
    public List<Finding> look(Subject subject) {
        Optional<String> problem = ptrace().or(() -> subject.pids().stream()
                        .map(TraceCheck::duplicating)
                        .flatMap(Optional::stream)
                        .findFirst())
                .or(() -> subject.next().flatMap(TraceCheck::tracing));
        return List.of(problem.map(found -> Finding.refused(name(), found))
                .orElseGet(() -> Finding.passed(
                        name(), "the descriptors of " + Subject.words(subject.pids()) + " can be duplicated")));
    }

    /** ESRCH where the call is not forbidden as such. */
    private static Optional<String> ptrace() {
        try {
            Ptrace.seize(NO_PROCESS);
            throw new IllegalStateException("there is a process " + NO_PROCESS);
        } catch (SyscallException e) {
            return e.errno() == Errno.ESRCH
                    ? Optional.empty()
                    : Optional.of("this agent may not use ptrace (" + e.getMessage()
                            + "): allow it in the seccomp profile of the agent's container");
        }
    }

    /** EBADF where it would be allowed. */
    private static Optional<String> duplicating(int pid) {
        try (OwnedFd pidfd = Processes.pidfdOpen(pid);
                OwnedFd _ = Processes.pidfdGetfd(pidfd, NO_DESCRIPTOR)) {
            throw new IllegalStateException("there is a descriptor " + NO_DESCRIPTOR);
        } catch (SyscallException e) {
            if (e.errno() == Errno.EBADF || ProcFiles.isGone(e)) {
                return Optional.empty();
            }
            int uid = ProcessStatus.of(pid).map(ProcessStatus::effectiveUid).orElse(-1);
            return Optional.of(refusal(e.errno(), pid, uid, Processes.effectiveUid(), yama()));
        }
    }

    /** What a new server as another user takes, which cannot be tried before it is there. */
    private static Optional<String> tracing(Manifest next) {
        if (next.user() == null || ProcessStatus.own().mayTraceAnybody()) {
            return Optional.empty();
        }
        int own = Processes.effectiveUid();
        return Passwd.of(next.user())
                .filter(user -> user.uid() != own)
                .map(user -> "the new server runs as user " + user.name()
                        + ", and this agent may trace its own user's processes only: give it CAP_SYS_PTRACE");
    }

    static String refusal(int errno, int pid, int uid, int own, int yama) {
        if (errno == Errno.ENOSYS) {
            return "pidfd_getfd is not in this kernel, or forbidden: use Linux 5.10 or newer, and allow it in the seccomp"
                    + " profile of the agent's container";
        }
        String who = "this agent (uid " + own + ") may not trace process " + pid + " (uid " + uid + "): ";
        if (yama > 0) {
            return who + YAMA + " is " + yama
                    + (yama > 2
                            ? ", which forbids it to everybody until the host starts anew"
                            : ": give the agent CAP_SYS_PTRACE, or write 0 there");
        }
        return who + "run the agent as root or as the server's user, or give it CAP_SYS_PTRACE";
    }

    /** 0 where there is no Yama. */
    private static int yama() {
        return ProcFiles.read(YAMA, LONGEST)
                .map(text -> Integer.parseInt(text.strip()))
                .orElse(0);
    }
}
