package dev.holdfast.agent.cycle;

import dev.holdfast.agent.linux.SocketAddresses;
import dev.holdfast.agent.takeover.HeldConnection;
import dev.holdfast.agent.takeover.HeldSockets;
import dev.holdfast.proto.agent.v1.ConnectionOutcome;
import dev.holdfast.proto.agent.v1.Outcome;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** What became of every connection of a cycle; each gets exactly one outcome. */
final class Outcomes {
    private static final String BY_SERVER = "the old server ended it itself, before it was stopped";

    private static final String CLOSED_ON_TRIAL = "the new server closed it while it was on trial";
    private static final String LOST_WITH_IT = "it was lost with the new server, which was not stopped before its end";

    private static final String UNSEEN = "the old server served it on, and it ended while no agent was there";
    private static final Absent STAYED = new Absent(Outcome.OUTCOME_RELEASED, "it stayed with the old server");

    private final Map<Long, String> resets = new HashMap<>();
    private final Set<Long> delivered = new HashSet<>();
    private final Set<Long> closedByClient = new HashSet<>();
    private final Map<Long, String> closedByServer = new HashMap<>();
    /** Of connections that were left to the server that has them now. */
    private final Map<Long, ConnectionOutcome> left = new LinkedHashMap<>();

    /**
     * What an agent that takes up the cycle must know of single connections.
     *
     * @param resets with the reasons
     * @param closedByServer with the reasons
     */
    record Known(Map<Long, String> resets, Set<Long> closedByClient, Map<Long, String> closedByServer) {
        static final Known NOTHING = new Known(Map.of(), Set.of(), Map.of());
    }

    Known known(HeldSockets held) {
        Map<Long, String> closed = new HashMap<>(closedByServer);
        held.closedByServer().forEach(connection -> closed.putIfAbsent(connection.inode(), BY_SERVER));
        return new Known(Map.copyOf(resets), Set.copyOf(closedByClient), closed);
    }

    void restore(Known known) {
        resets.putAll(known.resets());
        closedByClient.addAll(known.closedByClient());
        closedByServer.putAll(known.closedByServer());
    }

    void reset(HeldConnection connection, String reason) {
        resets.put(connection.inode(), reason);
    }

    boolean isReset(HeldConnection connection) {
        return resets.containsKey(connection.inode());
    }

    void delivered(HeldConnection connection) {
        delivered.add(connection.inode());
    }

    void closedByClient(HeldConnection connection) {
        closedByClient.add(connection.inode());
    }

    void closedByServer(HeldConnection connection, String reason) {
        closedByServer.put(connection.inode(), reason);
    }

    /** That it was closed by a server before an earlier agent died. */
    boolean isClosedByServer(HeldConnection connection) {
        return closedByServer.containsKey(connection.inode());
    }

    /** It stays with the old server, where it will come to its end. */
    void stays(HeldConnection connection) {
        left.put(connection.inode(), withTimes(connection, outcome(connection.inode(), STAYED)));
    }

    /** As above, for one that an earlier agent had in hand. */
    void stays(Roster.Line line) {
        left.put(line.inode(), lined(line, STAYED));
    }

    /** It did not stay to its end after all: the new server has it. */
    void followed(HeldConnection connection) {
        delivered.add(connection.inode());
        left.put(
                connection.inode(),
                withTimes(connection, outcome(connection.inode(), new Absent(Outcome.OUTCOME_KEPT, ""))));
    }

    /** These ended, and nobody was there to see how. */
    void endedMeanwhile(Set<Long> inodes) {
        inodes.stream().filter(inode -> !isKnown(inode)).forEach(inode -> closedByServer.put(inode, UNSEEN));
    }

    /** Those of which nothing is known yet, by inode with what is said of each. */
    void resetUnknown(Map<Long, String> some, String why) {
        some.forEach((inode, what) -> {
            if (!isKnown(inode)) {
                resets.put(inode, what + "; " + why);
            }
        });
    }

    private boolean isKnown(long inode) {
        return resets.containsKey(inode) || closedByClient.contains(inode) || closedByServer.containsKey(inode);
    }

    /** What is in hand is about to be left to the server that has it: that is its outcome, unless it is taken back. */
    void leave(HeldSockets held, Map<Long, Roster.Line> roster, Absent absent) {
        left.putAll(byInode(held, roster, absent));
    }

    /**
     * What was left to a server is in hand again, as far as it was still there.
     *
     * @param lost whether the server was gone with all that it had, and not stopped before
     */
    void takenBack(HeldSockets held, boolean lost) {
        left.forEach((inode, one) -> {
            boolean gone = held.connection(inode).isEmpty();
            if (one.getOutcome() == Outcome.OUTCOME_KEPT && gone && lost) {
                resets.put(inode, LOST_WITH_IT);
            } else if (one.getOutcome() == Outcome.OUTCOME_KEPT && gone) {
                closedByServer.put(inode, CLOSED_ON_TRIAL);
            }
        });
    }

    /**
     * One for each that is in hand. What was neither delivered nor reset nor closed is with the process that always had it.
     *
     * @param roster of an earlier agent; empty when there was none
     * @param absent what became of those of the roster that are not in hand and of which nothing is known
     */
    List<ConnectionOutcome> all(HeldSockets held, Map<Long, Roster.Line> roster, Absent absent) {
        return new ArrayList<>(byInode(held, roster, absent).values());
    }

    private Map<Long, ConnectionOutcome> byInode(HeldSockets held, Map<Long, Roster.Line> roster, Absent absent) {
        Map<Long, ConnectionOutcome> all = new LinkedHashMap<>();
        for (HeldConnection connection : held.connections()) {
            Outcome otherwise =
                    delivered.contains(connection.inode()) ? Outcome.OUTCOME_KEPT : Outcome.OUTCOME_RELEASED;
            all.put(connection.inode(), withTimes(connection, outcome(connection.inode(), new Absent(otherwise, ""))));
        }
        for (HeldConnection connection : held.closedByServer()) {
            String reason = closedByServer.getOrDefault(connection.inode(), BY_SERVER);
            all.put(
                    connection.inode(),
                    withTimes(connection, outcome(connection.inode(), new Absent(Outcome.OUTCOME_RELEASED, reason))));
        }
        left.forEach((inode, one) -> all.computeIfAbsent(
                inode,
                _ -> outcome(inode, Absent.as(one))
                        .setLocal(one.getLocal())
                        .setPeer(one.getPeer())
                        .setBytesWaiting(one.getBytesWaiting())
                        .setPaused(one.getPaused())
                        .build()));
        for (Roster.Line line : roster.values()) {
            all.computeIfAbsent(line.inode(), _ -> lined(line, absent));
        }
        return all;
    }

    private ConnectionOutcome lined(Roster.Line line, Absent otherwise) {
        return outcome(line.inode(), otherwise)
                .setLocal(line.local())
                .setPeer(line.peer())
                .build();
    }

    /** What is said of a connection of which nothing else is known. */
    record Absent(Outcome outcome, String reason) {
        private static Absent as(ConnectionOutcome one) {
            return new Absent(one.getOutcome(), one.getReason());
        }
    }

    /** The worst that happened to it. */
    private ConnectionOutcome.Builder outcome(long inode, Absent otherwise) {
        ConnectionOutcome.Builder one = ConnectionOutcome.newBuilder();
        if (resets.containsKey(inode)) {
            return one.setOutcome(Outcome.OUTCOME_RESET).setReason(resets.get(inode));
        }
        if (closedByClient.contains(inode)) {
            return one.setOutcome(Outcome.OUTCOME_CLOSED_BY_CLIENT);
        }
        if (closedByServer.containsKey(inode)) {
            return one.setOutcome(Outcome.OUTCOME_RELEASED).setReason(closedByServer.get(inode));
        }
        return one.setOutcome(otherwise.outcome()).setReason(otherwise.reason());
    }

    private static ConnectionOutcome withTimes(HeldConnection connection, ConnectionOutcome.Builder one) {
        Duration paused = connection.pausedFor();
        return one.setLocal(SocketAddresses.text(connection.local()))
                .setPeer(SocketAddresses.text(connection.peer()))
                .setBytesWaiting(connection.waiting())
                .setPaused(com.google.protobuf.Duration.newBuilder()
                        .setSeconds(paused.toSeconds())
                        .setNanos(paused.toNanosPart()))
                .build();
    }
}
