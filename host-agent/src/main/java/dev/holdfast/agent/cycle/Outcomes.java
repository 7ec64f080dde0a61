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
import java.util.List;
import java.util.Map;
import java.util.Set;

/** What became of every connection of a cycle; each gets exactly one outcome. */
final class Outcomes {
    private static final String BY_SERVER = "the old server ended it itself, before it was stopped";

    private final Map<Long, String> resets = new HashMap<>();
    private final Set<Long> delivered = new HashSet<>();
    private final Set<Long> closedByClient = new HashSet<>();

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

    /** One each. What was neither delivered nor reset nor closed is with the process that always had it. */
    List<ConnectionOutcome> all(HeldSockets held) {
        List<ConnectionOutcome> all = new ArrayList<>();
        for (HeldConnection connection : held.connections()) {
            String reset = resets.get(connection.inode());
            if (reset != null) {
                all.add(one(connection, Outcome.OUTCOME_RESET, reset));
            } else if (closedByClient.contains(connection.inode())) {
                all.add(one(connection, Outcome.OUTCOME_CLOSED_BY_CLIENT, ""));
            } else if (delivered.contains(connection.inode())) {
                all.add(one(connection, Outcome.OUTCOME_KEPT, ""));
            } else {
                all.add(one(connection, Outcome.OUTCOME_RELEASED, ""));
            }
        }
        for (HeldConnection connection : held.closedByServer()) {
            all.add(one(connection, Outcome.OUTCOME_RELEASED, BY_SERVER));
        }
        return all;
    }

    private static ConnectionOutcome one(HeldConnection connection, Outcome outcome, String reason) {
        Duration paused = connection.pausedFor();
        return ConnectionOutcome.newBuilder()
                .setLocal(SocketAddresses.text(connection.local()))
                .setPeer(SocketAddresses.text(connection.peer()))
                .setOutcome(outcome)
                .setReason(reason)
                .setBytesWaiting(connection.waiting())
                .setPaused(com.google.protobuf.Duration.newBuilder()
                        .setSeconds(paused.toSeconds())
                        .setNanos(paused.toNanosPart()))
                .build();
    }
}
