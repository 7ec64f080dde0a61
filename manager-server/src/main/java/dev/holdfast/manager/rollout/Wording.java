package dev.holdfast.manager.rollout;

import dev.holdfast.manager.rollout.Observed.Host;
import java.time.Duration;
import java.util.List;
import java.util.Locale;

/** How people are told. */
final class Wording {
    private Wording() {}

    /** "1h30m". */
    static String of(Duration duration) {
        return duration.toString().substring("PT".length()).toLowerCase(Locale.ROOT);
    }

    /** "web-1", "web-1 and 4 more". */
    static String of(List<Host> hosts) {
        int more = hosts.size() - 1;
        return hosts.getFirst().name() + (more == 0 ? "" : " and " + more + " more");
    }

    static String away(List<Host> hosts) {
        return of(hosts) + (hosts.size() == 1 ? ", whose agent is away" : ", whose agents are away");
    }

    static String count(int count, String one) {
        return count + " " + one + (count == 1 ? "" : "s");
    }

    /** "it was not", "it was not: for this reason". */
    static String because(String what, String why) {
        return why.isEmpty() ? what : what + ": " + why;
    }
}
