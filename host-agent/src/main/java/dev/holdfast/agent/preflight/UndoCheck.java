package dev.holdfast.agent.preflight;

import dev.holdfast.agent.process.ProcessException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** Whether the running image could be started again, should the new one fail. */
final class UndoCheck implements Check {
    private static final String DELETED = " (deleted)";

    @Override
    public String name() {
        return "undo";
    }

    @Override
    public List<Finding> look(Subject subject) {
        try {
            Optional<Path> again = subject.servers().program(subject.process().image());
            if (again.isEmpty()) {
                return List.of(Finding.warning(
                        name(),
                        "the bundle of the running image " + subject.process().image()
                                + " is not on this host any more: to"
                                + " undo an upgrade, it would have to be fetched while clients wait"));
            }
        } catch (ProcessException e) {
            return List.of(Finding.refused(
                    name(), "the running image could not be started again if the new one failed: " + e.getMessage()));
        }
        String file = program(subject.process().pid());
        if (file.endsWith(DELETED)) {
            return List.of(Finding.warning(
                    name(),
                    "the file that the server runs, " + file.substring(0, file.length() - DELETED.length())
                            + ", was replaced or removed: undoing an upgrade starts what is there now"));
        }
        return List.of(Finding.passed(name(), "the running image can be started again"));
    }

    /** Empty when the process is gone. */
    private static String program(int pid) {
        try {
            return Files.readSymbolicLink(Path.of("/proc/" + pid + "/exe")).toString();
        } catch (NoSuchFileException e) {
            return "";
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
