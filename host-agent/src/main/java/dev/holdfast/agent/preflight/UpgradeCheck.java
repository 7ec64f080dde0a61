package dev.holdfast.agent.preflight;

import java.util.List;

/** Whether other upgrades are under way on this host. */
final class UpgradeCheck implements Check {
    @Override
    public String name() {
        return "upgrades";
    }

    @Override
    public List<Finding> look(Subject subject) {
        if (subject.upgrades().isEmpty()) {
            return List.of(Finding.passed(name(), "no other upgrade is under way on this host"));
        }
        String what = subject.isBeingUpgraded()
                ? "this process is just being upgraded"
                : "another process is just being upgraded";
        return List.of(Finding.warning(
                name(),
                what + " (cycle " + String.join(", ", subject.upgrades().keySet()) + "): the upgrade waits for that"));
    }
}
