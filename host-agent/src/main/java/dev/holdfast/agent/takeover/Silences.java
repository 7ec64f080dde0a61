package dev.holdfast.agent.takeover;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.LockSupport;

/**
 * The silences of connections whose clients never leave one: where these are paused one by one, each until its own silence is
 * as long as counts as quiet, then not all have to wait for as long when all are paused. A client's request waits only for
 * what its connection's silence is short of that.
 */
final class Silences {
    private static final Duration LOOK_AGAIN = Duration.ofMillis(1);
    /** So many times as long as counts as quiet, since some have to be let go on and paused again. */
    private static final int TRIES = 4;

    private Silences() {}

    /** Of those whose readers wait for an event: others' clients would send again what is kept out, 200 ms later. */
    static void await(HeldSockets held, Judge judge, Duration quiet) {
        List<HeldConnection> left = new ArrayList<>(held.connections().stream()
                .filter(connection -> judge.lacksSilence(connection) && !connection.readersWait())
                .toList());
        long end = System.nanoTime() + TRIES * quiet.toNanos();
        while (!left.isEmpty() && System.nanoTime() < end) {
            judge.catchUp();
            left.removeIf(connection -> isOver(connection, held, judge));
            LockSupport.parkNanos(LOOK_AGAIN.toNanos());
        }
        left.forEach(connection -> connection.resume(held.sockets()));
    }

    /** Whether its silence has been long enough; until then it is paused, unless the server has something to answer. */
    private static boolean isOver(HeldConnection connection, HeldSockets held, Judge judge) {
        Judgement judgement = judge.look(connection, false);
        boolean over = judgement.settled() || !judge.lacksSilence(connection);
        if (over || judgement.owes()) {
            connection.resume(held.sockets());
        } else {
            connection.pause(held.sockets());
        }
        return over;
    }
}
