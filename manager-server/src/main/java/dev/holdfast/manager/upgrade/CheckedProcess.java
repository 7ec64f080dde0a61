package dev.holdfast.manager.upgrade;

import dev.holdfast.manager.store.ProcessRow;
import dev.holdfast.proto.agent.v1.Finding;
import dev.holdfast.proto.agent.v1.Finding.Severity;
import java.util.List;
import java.util.stream.Stream;

/** What was found when a server process was looked at before an upgrade. */
public record CheckedProcess(ProcessRow process, List<Finding> findings) {
    CheckedProcess with(Finding finding) {
        return new CheckedProcess(
                process, Stream.concat(Stream.of(finding), findings.stream()).toList());
    }

    /** Why it cannot be upgraded; empty when it can. */
    List<Finding> refusals() {
        return findings.stream()
                .filter(finding -> finding.getSeverity() == Severity.SEVERITY_REFUSED)
                .toList();
    }
}
