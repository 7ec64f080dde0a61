package dev.holdfast.agent.preflight;

import java.util.List;

/** Whether agent and new server may open as many files as there are connections. */
final class DescriptorCheck implements Check {
    @Override
    public String name() {
        return "descriptors";
    }

    @Override
    public List<Finding> look(Subject subject) {
        FdBudget agents = FdBudget.of(subject.pids());
        return List.of(
                agents.missing()
                        .map(missing -> Finding.refused(name(), missing))
                        .orElseGet(() -> Finding.passed(
                                name(),
                                "the agent may open " + (agents.limit() - agents.open())
                                        + " more files, and the server has " + agents.sockets() + " sockets")),
                DeliveryBudget.of(subject.pids()).finding(name()));
    }
}
