package dev.holdfast.agent.takeover;

import java.util.List;
import java.util.stream.Stream;

/**
 * One look at some connections.
 *
 * @param owed those on which something is owed
 * @param sessions those that no other server can go on with
 * @param open those of the others on which that nothing is owed is not certain
 * @param sure whether some is owed something for sure
 */
record Look(List<Cut> owed, List<Cut> sessions, List<HeldConnection> open, boolean sure, boolean moved) {
    List<HeldConnection> indebted() {
        return owed.stream().map(Cut::connection).toList();
    }

    List<HeldConnection> openOrIndebted() {
        return concat(open, indebted());
    }

    /** Whether that nothing is owed on the others is certain. */
    boolean settled() {
        return open.isEmpty();
    }

    /** Whether nothing is owed for certain. */
    boolean isClear() {
        return owed.isEmpty() && open.isEmpty();
    }

    List<Cut> all() {
        return concat(sessions, owed);
    }

    /** What was seen of more, and without those that the server was found to have closed. */
    Look with(Look more, HeldSockets held) {
        return new Look(
                concat(still(owed, held), more.owed),
                concat(still(sessions, held), more.sessions),
                concat(open.stream().filter(each -> held.holds(each.inode())).toList(), more.open),
                sure || more.sure,
                moved || more.moved);
    }

    private static List<Cut> still(List<Cut> some, HeldSockets held) {
        return some.stream()
                .filter(each -> held.holds(each.connection().inode()))
                .toList();
    }

    private static <T> List<T> concat(List<T> some, List<T> others) {
        return Stream.concat(some.stream(), others.stream()).toList();
    }
}
