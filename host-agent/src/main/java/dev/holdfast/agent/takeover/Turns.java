package dev.holdfast.agent.takeover;

import dev.holdfast.agent.linux.Errno;
import dev.holdfast.agent.linux.SyscallException;
import dev.holdfast.agent.linux.Wait;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Whose stop is dealt with next. waitpid(2) gives the stops of many threads always in the same order: so that those at the
 * end get their turn, all that there are come before any that is yet to come.
 */
final class Turns {
    static final int ANY = Wait.WALL | Wait.WNOTHREAD;
    private static final int MANY = 8;
    private static final Duration AT_ONCE = Duration.ofNanos(50_000);
    private static final int IN_A_ROW = 64;

    /** The thread that has come to a breakpoint last; 0 for none, or when its next stop was long in coming. */
    private int accepting;

    private int inARow;

    /** That thread is likely to stop again at once. */
    void accepts(int tid) {
        accepting = tid;
    }

    /** Waits for what happens to so many threads. All of it is dealt with then: who stops again at once keeps no other waiting. */
    List<Wait.Status> next(int threads) {
        Optional<Wait.Status> again = threads < MANY ? Optional.empty() : again();
        if (again.isPresent()) {
            return List.of(again.get());
        }
        inARow = 0;
        List<Wait.Status> all = new ArrayList<>(List.of(Wait.waitpid(-1, ANY).orElseThrow()));
        for (Optional<Wait.Status> more = now(); more.isPresent(); more = now()) {
            all.add(more.get());
        }
        return all;
    }

    /** The next stop of the thread that accepts, if it comes at once: waitpid for any looks at all of thousands. */
    private Optional<Wait.Status> again() {
        if (accepting == 0 || inARow++ == IN_A_ROW) {
            return Optional.empty();
        }
        Optional<Wait.Status> status = soon(accepting, AT_ONCE);
        if (status.isEmpty()) {
            accepting = 0;
        }
        return status;
    }

    /** Empty also for a thread that an exec of another has ended. */
    static Optional<Wait.Status> soon(int tid, Duration within) {
        try {
            return Wait.within(tid, ANY, within);
        } catch (SyscallException e) {
            if (e.errno() != Errno.ECHILD) {
                throw e;
            }
            return Optional.empty();
        }
    }

    /** What has happened to anybody already. */
    static Optional<Wait.Status> now() {
        return Wait.waitpid(-1, ANY | Wait.WNOHANG);
    }
}
