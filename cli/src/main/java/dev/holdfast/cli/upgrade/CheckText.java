package dev.holdfast.cli.upgrade;

import dev.holdfast.cli.image.ImageRef;
import dev.holdfast.cli.output.Table;
import dev.holdfast.cli.output.Words;
import dev.holdfast.proto.admin.v1.Finding;
import dev.holdfast.proto.admin.v1.ProcessCheck;
import java.util.ArrayList;
import java.util.List;

/** What was found before an upgrade, as people read it. */
final class CheckText {
    private CheckText() {}

    static String of(ImageRef image, List<ProcessCheck> processes) {
        if (processes.isEmpty()) {
            return "Nothing to upgrade: no server process of " + image.name() + " runs another version than "
                    + image.version() + ".";
        }
        List<String> parts = new ArrayList<>();
        for (ProcessCheck process : processes) {
            parts.add("Process %s on %s, %s to %s\n"
                            .formatted(
                                    process.getProcessId(),
                                    process.getHost(),
                                    process.getFromVersion(),
                                    image.version())
                    + table(process));
        }
        long refused = refused(processes);
        String count = Words.count(processes.size(), "server process", "server processes");
        parts.add(
                refused == 0
                        ? "Nothing is in the way of upgrading " + count + " to " + image + "."
                        : refused + " of " + count + " cannot be upgraded to " + image + " now.");
        return String.join("\n\n", parts);
    }

    /** How many processes there is a refusal for. */
    static long refused(List<ProcessCheck> processes) {
        return processes.stream()
                .filter(process -> process.getFindingsList().stream()
                        .anyMatch(finding -> finding.getSeverity() == Finding.Severity.SEVERITY_REFUSED))
                .count();
    }

    private static String table(ProcessCheck process) {
        Table table = new Table("CHECK", "RESULT", "DETAIL");
        process.getFindingsList()
                .forEach(finding -> table.row(finding.getCheck(), result(finding.getSeverity()), finding.getDetail()));
        return table.toString();
    }

    private static String result(Finding.Severity severity) {
        return switch (severity) {
            case SEVERITY_PASSED -> "passed";
            case SEVERITY_WARNING -> "warning";
            case SEVERITY_REFUSED -> "refused";
            case SEVERITY_UNSPECIFIED, UNRECOGNIZED -> "unknown";
        };
    }
}
