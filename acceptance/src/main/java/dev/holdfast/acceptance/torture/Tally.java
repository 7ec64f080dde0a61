package dev.holdfast.acceptance.torture;

import dev.holdfast.acceptance.load.ClientReport;
import dev.holdfast.acceptance.load.Fault;
import dev.holdfast.acceptance.load.Wrong;
import dev.holdfast.proto.admin.v1.Upgrade;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/** Counts. */
final class Tally {
    private final Map<String, Integer> upgrades = new TreeMap<>();
    private long requests;
    private long lost;
    private long doubled;
    private long reordered;
    private long hanging;
    private long disagreements;
    private long resetOwed;
    private long resetInDoubt;
    private long faults;

    /** Counts an upgrade, and the kills in it. */
    void upgrade(Upgrade upgrade, int kills) {
        faults += kills;
        upgrades.merge(state(upgrade), 1, Integer::sum);
    }

    static String state(Upgrade upgrade) {
        return upgrade.getState().name().replace("STATE_", "").toLowerCase(Locale.ROOT);
    }

    void disagree(int count) {
        disagreements += count;
    }

    /**
     * Counts what a client saw.
     *
     * @param excuse for its end
     * @return whether it is as it should be
     */
    boolean client(ClientReport client, Excuse excuse) {
        requests += client.sent();
        doubled += client.wrong(Wrong.Kind.DOUBLED);
        reordered += client.wrong(Wrong.Kind.REORDERED);
        lost += client.wrong(Wrong.Kind.OTHER);
        return end(client, excuse) && client.wrong().isEmpty();
    }

    private boolean end(ClientReport client, Excuse excuse) {
        Fault fault = client.fault();
        if (fault == null) {
            return true;
        }
        if (fault.kind() == Fault.Kind.HANGING) {
            hanging++;
            return false;
        }
        if (excuse != Excuse.NONE && client.owed() > 0) {
            resetOwed++;
            return true;
        }
        if (excuse == Excuse.IN_DOUBT) {
            resetInDoubt++;
            return true;
        }
        lost++;
        return false;
    }

    TortureResult result(String server, long seed) {
        return new TortureResult(
                server,
                seed,
                requests,
                lost,
                doubled,
                reordered,
                hanging,
                disagreements,
                resetOwed,
                resetInDoubt,
                faults,
                upgrades);
    }
}
