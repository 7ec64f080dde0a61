package dev.holdfast.manager.upgrade;

import dev.holdfast.manager.fleet.Checks;
import dev.holdfast.manager.fleet.Checks.Question;
import dev.holdfast.manager.fleet.ImageName;
import dev.holdfast.manager.fleet.Lookup;
import dev.holdfast.manager.rollout.Spec;
import dev.holdfast.manager.store.Database;
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

    private record Looked(Plan plan, Optional<UpgradeRow> running) {}

    /** What an upgrade would go over, and what speaks against each of its server processes, by their ids. */
    public record Checked(Plan plan, List<CheckedProcess> processes) {}

    /**
     * What speaks for and against each server process that the upgrade would go over, in that order.
     *
     * @throws dev.holdfast.manager.refusal.RefusedException if the image is not there
     */
    public Checked check(ImageName name, Spec spec) {
        Looked looked = database.ask(tx -> look(tx, name, spec));
        List<CheckedProcess> asked = askFor(looked.plan());
        return new Checked(
                looked.plan(),
                looked.running()
                        .map(UpgradeCheck::inTheWay)
                        .map(finding -> asked.stream()
                                .map(process -> process.with(finding))
                                .toList())
                        .orElse(asked));
    }

    /** As {@link #check}, but what the agents say only. */
    List<CheckedProcess> ask(ImageName name, Spec spec) {
        return askFor(database.ask(tx -> look(tx, name, spec)).plan());
    }

    private List<CheckedProcess> askFor(Plan plan) {
        Set<Question> questions = plan.hosts().stream()
                .filter(entry -> entry.host().connected())
                .flatMap(entry -> entry.processes().stream())
                .filter(process -> !process.state().isBeforeRunning())
                .map(process -> new Question(process.hostId(), process.id()))
                .collect(Collectors.toSet());
        Map<UUID, List<Finding>> answers = checks.ask(questions, plan.image());
        return plan.processes().stream()
                .map(process -> new CheckedProcess(process, findings(process, questions, answers)))
                .toList();
    }

    private static Looked look(Transaction tx, ImageName name, Spec spec) {
        ImageRow image = Lookup.image(tx, name);
        return new Looked(Plan.of(tx, image, spec), tx.upgrades().findRunning(image.tenantId(), image.name()));
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
