package dev.holdfast.agent.preflight;

import dev.holdfast.agent.process.BundleSource;
import dev.holdfast.agent.process.Exits;
import dev.holdfast.agent.process.ImageRef;
import dev.holdfast.agent.process.ImageStore;
import dev.holdfast.agent.process.ManagedProcess;
import dev.holdfast.agent.process.ProcessStore;
import dev.holdfast.agent.process.ServerProcesses;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;

/** What tests ask about; the server may be the test's own process. */
final class Subjects {
    static final int OWN = (int) ProcessHandle.current().pid();

    private Subjects() {}

    static ServerProcesses servers(Path directory) {
        BundleSource none = (digest, _) -> {
            throw new BundleSource.BundleGoneException("there is no bundle " + digest);
        };
        return new ServerProcesses(
                new ProcessStore(directory.resolve("processes")),
                new ImageStore(directory.resolve("images"), none),
                new Exits());
    }

    static ImageRef image(String version, String manifest) {
        return new ImageRef("shop", version, manifest, "", 0);
    }

    /** A manifest of a program that is everywhere. */
    static String manifest(int port) {
        return manifest(port, "");
    }

    static String manifest(int port, String more) {
        return "exec: [/bin/sh]\nports: [%d]\n%s\n".formatted(port, more);
    }

    static Subject of(Path directory, List<Integer> pids, String running, String next) {
        ManagedProcess process = new ManagedProcess(
                "p-1",
                image("v1", running),
                pids.isEmpty() ? 0 : pids.getFirst(),
                0,
                Instant.now(),
                pids.isEmpty() ? ManagedProcess.State.EXITED : ManagedProcess.State.RUNNING,
                "");
        return new Subject(servers(directory), process, image("v2", next), pids, Map.of());
    }

    static Subject of(Path directory, int pid, int port) {
        return of(directory, List.of(pid), manifest(port), manifest(port));
    }

    static Subject with(Subject subject, Map<String, String> upgrades) {
        return new Subject(subject.servers(), subject.process(), subject.image(), subject.pids(), upgrades);
    }
}
