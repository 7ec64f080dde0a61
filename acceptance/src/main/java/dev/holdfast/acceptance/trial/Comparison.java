package dev.holdfast.acceptance.trial;

import dev.holdfast.acceptance.load.ClientReport;
import dev.holdfast.acceptance.load.LoadReport;
import dev.holdfast.acceptance.load.Peer;
import dev.holdfast.proto.admin.v1.ConnectionOutcome;
import dev.holdfast.proto.admin.v1.Cycle;
import dev.holdfast.proto.admin.v1.Upgrade;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * What the clients saw beside what the manager reports of the same connections.
 *
 * @param kept connections that both say live on
 * @param disagreements in words; empty when both say the same
 */
public record Comparison(int kept, List<String> disagreements) {
    /** Compares them connection by connection. */
    public static Comparison of(LoadReport clients, Upgrade upgrade, List<ConnectionOutcome> outcomes) {
        return of(clients, upgrade.getState() == Upgrade.State.STATE_ABORTED, outcomes);
    }

    /** The same for one server process of several. */
    public static Comparison of(LoadReport clients, Cycle cycle, List<ConnectionOutcome> outcomes) {
        return of(clients, cycle.getState() == Cycle.State.STATE_ABORTED, outcomes);
    }

    private static Comparison of(LoadReport clients, boolean aborted, List<ConnectionOutcome> outcomes) {
        Map<InetSocketAddress, String> reported = new HashMap<>();
        List<String> disagreements = new ArrayList<>();
        for (ConnectionOutcome outcome : outcomes) {
            String before = reported.put(Peer.parse(outcome.getPeer()), outcome.getOutcome());
            if (before != null) {
                disagreements.add(
                        outcome.getPeer() + ": reported twice, as " + before + " and as " + outcome.getOutcome());
            }
        }
        String alive = aborted ? "released" : "kept";
        int kept = 0;
        for (ClientReport client : clients.clients()) {
            String outcome = reported.getOrDefault(client.local(), "not reported");
            boolean agreed = client.kept() == outcome.equals(alive);
            if (!agreed) {
                disagreements.add(client.local() + ": the client's connection "
                        + (client.kept() ? "lives" : "ended: " + client.fault()) + ", the manager says: " + outcome);
            } else if (client.kept()) {
                kept++;
            }
        }
        return new Comparison(kept, disagreements);
    }
}
