package dev.holdfast.agent.preflight;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;

/** Whether the server is in the agent's network namespace, where its listener is looked for, asked and rung. */
final class NamespaceCheck implements Check {
    @Override
    public String name() {
        return "namespace";
    }

    @Override
    public List<Finding> look(Subject subject) {
        String own = network("thread-self");
        List<Integer> elsewhere = subject.pids().stream()
                .filter(pid -> {
                    String theirs = network(String.valueOf(pid));
                    return !theirs.isEmpty() && !theirs.equals(own);
                })
                .toList();
        return List.of(
                elsewhere.isEmpty()
                        ? Finding.passed(name(), "the server is in the agent's network namespace")
                        : Finding.refused(
                                name(),
                                "process " + elsewhere.getFirst()
                                        + " of the server is in another network namespace than the agent: run"
                                        + " an agent in that namespace"));
    }

    /** "net:[4026531840]", namespaces(7); empty when the process is gone. */
    private static String network(String process) {
        try {
            return Files.readSymbolicLink(Path.of("/proc/" + process + "/ns/net"))
                    .toString();
        } catch (NoSuchFileException e) {
            return "";
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
