package dev.holdfast.manager.upgrade;

import dev.holdfast.manager.fleet.AgentSession;
import dev.holdfast.manager.store.Database;
import dev.holdfast.manager.store.ImageRow;
import dev.holdfast.manager.store.StageRow;
import dev.holdfast.manager.store.Transaction;
import dev.holdfast.proto.agent.v1.StageReport;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What became of bundles that hosts were to have before their turn. */
public final class StageReports {
    private static final Logger log = LoggerFactory.getLogger(StageReports.class);

    private final Database database;
    private final Bell bell;

    public StageReports(Database database, Bell bell) {
        this.database = database;
        this.bell = bell;
    }

    /** A failure is an event of the upgrades that wait for the host's turn: there is time to do something about it. */
    public void report(AgentSession session, StageReport report) {
        String image = report.getImageName() + ":" + report.getImageVersion();
        if (report.getState() != StageReport.State.STATE_FAILED) {
            log.info("{} is staged on {}", image, session.hostName());
            return;
        }
        log.warn("{} is not staged on {}: {}", image, session.hostName(), report.getDetail());
        List<StageRow> wanted = database.ask(tx -> tx.upgradeHosts().staging(List.of(session.hostId())).stream()
                .filter(row -> isOf(tx, row, report))
                .toList());
        for (StageRow row : wanted) {
            database.run(tx -> {
                tx.upgrades().lock(row.upgradeId());
                tx.events()
                        .insertOfHost(
                                row.upgradeId(),
                                row.hostId(),
                                "waiting",
                                "its bundle is not there yet, and its turn will try again: " + report.getDetail());
            });
        }
        bell.ring();
    }

    private static boolean isOf(Transaction tx, StageRow row, StageReport report) {
        ImageRow image = tx.images().get(row.imageId());
        return image.name().equals(report.getImageName())
                && image.version().equals(report.getImageVersion())
                && report.getBundleDigest().equals(image.bundleDigest());
    }
}
