package dev.holdfast.manager.upgrade;

import dev.holdfast.manager.fleet.Checks;
import dev.holdfast.manager.fleet.Checks.Question;
import dev.holdfast.manager.fleet.ImageName;
import dev.holdfast.manager.fleet.Lookup;
import dev.holdfast.manager.fleet.Resolution;
import dev.holdfast.manager.store.Database;
import dev.holdfast.manager.store.HostRow;
import dev.holdfast.manager.store.ImageRow;
import dev.holdfast.manager.store.ProcessRow;
import dev.holdfast.manager.store.Transaction;
import dev.holdfast.manager.store.UpgradeRow;
import dev.holdfast.proto.agent.v1.Finding;
import dev.holdfast.proto.agent.v1.Finding.Severity;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;

/** Asks the agents whether an upgrade could be done. Nothing is locked while they look. */
public final class UpgradeCheck {
    private final Database database;
    private final Checks checks;

    public UpgradeCheck(Database database, Checks checks) {
        this.database = database;
        this.checks = checks;
    }

    private record Plan(
            ImageRow image, List<ProcessRow> processes, Set<UUID> connectedHosts, Optional<UpgradeRow> running) {}

    /**
     * What speaks for and against each server process that the upgrade would go over, in that order.
     *
     * @throws dev.holdfast.manager.refusal.RefusedException if the image is not there
     */
    public List<CheckedProcess> check(ImageName name) {
        Plan plan = database.ask(tx -> plan(tx, name));
        List<CheckedProcess> asked = askFor(plan);
        return plan.running()
                .map(UpgradeCheck::inTheWay)
                .map(finding ->
                        asked.stream().map(process -> process.with(finding)).toList())
                .orElse(asked);
    }

    /** As {@link #check}, but what the agents say only. */
    List<CheckedProcess> ask(ImageName name) {
        return askFor(database.ask(tx -> plan(tx, name)));
    }

    private List<CheckedProcess> askFor(Plan plan) {
        Set<Question> questions = plan.processes().stream()
                .filter(process -> !process.state().isBeforeRunning()
                        && plan.connectedHosts().contains(process.hostId()))
                .map(process -> new Question(process.hostId(), process.id()))
                .collect(Collectors.toSet());
        Map<UUID, List<Finding>> answers = checks.ask(questions, plan.image());
        return plan.processes().stream()
                .map(process -> new CheckedProcess(process, findings(process, questions, answers)))
                .toList();
    }

    private static Plan plan(Transaction tx, ImageName name) {
        ImageRow image = Lookup.image(tx, name);
        Resolution resolution = Resolution.of(tx, image.tenantId(), image.name());
        return new Plan(
                image,
                Planner.plan(resolution, image),
                resolution.hosts().stream()
                        .map(Resolution.ResolvedHost::host)
                        .filter(HostRow::connected)
                        .map(HostRow::id)
                        .collect(Collectors.toSet()),
                tx.upgrades().findRunning(image.tenantId(), image.name()));
    }

    private List<Finding> findings(ProcessRow process, Set<Question> asked, Map<UUID, List<Finding>> answers) {
        if (process.state().isBeforeRunning()) {
            return List.of(warning("it is still starting; the agent looks when it runs, before it touches anything"));
        }
        if (!asked.contains(new Question(process.hostId(), process.id()))) {
            return List.of(warning("the agent of " + process.host()
                    + " is not connected; it looks when it is back, before it touches anything"));
        }
        List<Finding> found = answers.get(process.id());
        return found != null
                ? found
                : List.of(warning("the agent of " + process.host() + " did not answer within "
                        + checks.patience().toSeconds()
                        + " s; one that is older than this manager cannot look ahead"));
    }

    private static Finding warning(String detail) {
        return finding("agent", Severity.SEVERITY_WARNING, detail);
    }

    private static Finding inTheWay(UpgradeRow running) {
        return finding(
                "upgrade",
                Severity.SEVERITY_REFUSED,
                "upgrade " + running.id() + " to version " + running.imageVersion()
                        + " is running; wait for its end: holdfast upgrade watch " + running.id()
                        + ", or abort it: holdfast upgrade abort " + running.id());
    }

    private static Finding finding(String check, Severity severity, String detail) {
        return Finding.newBuilder()
                .setCheck(check)
                .setSeverity(severity)
                .setDetail(detail)
                .build();
    }
}
