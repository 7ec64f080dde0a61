package dev.holdfast.agent.process;

import dev.holdfast.agent.linux.Passwd;
import dev.holdfast.agent.linux.Processes;
import dev.holdfast.common.manifest.Manifest;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** From an image to how it is launched. */
final class Launches {
    private static final String DEFAULT_PATH = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";

    private Launches() {}

    /**
     * Resolves and checks.
     *
     * @param bundle where the image's bundle is unpacked; empty for an image without one
     * @param directory the process's own, for its logs and, without a bundle, its working directory
     * @throws ProcessException when it cannot be launched here
     */
    static Launch of(Manifest manifest, Optional<Path> bundle, Path directory) {
        Optional<Passwd> user = Optional.ofNullable(manifest.user()).map(Users::startable);
        List<String> argv = new ArrayList<>(manifest.exec());
        argv.set(0, program(argv.getFirst(), bundle).toString());
        Path workdir = workdir(manifest, bundle, directory, user);
        Map<String, String> env = new HashMap<>();
        env.put("PATH", System.getenv().getOrDefault("PATH", DEFAULT_PATH));
        env.put("LANG", System.getenv().getOrDefault("LANG", "C.UTF-8"));
        env.put("HOME", user.map(Passwd::home).orElseGet(() -> System.getProperty("user.home")));
        env.putAll(manifest.env());
        return new Launch(argv, manifest.user(), env, workdir, LogFiles.in(directory));
    }

    /**
     * As {@link #of}, and nothing is made.
     *
     * @param bundle where the bundle is, or would be
     * @param here whether it is there; if not, what is in it is not looked at
     * @return the program, if it can be looked at
     */
    static Optional<Path> check(Manifest manifest, Optional<Path> bundle, boolean here) {
        Optional.ofNullable(manifest.user()).ifPresent(Users::prefix);
        boolean known = here || Path.of(manifest.exec().getFirst()).isAbsolute();
        Optional<Path> program = known ? Optional.of(program(manifest.exec().getFirst(), bundle)) : Optional.empty();
        if (manifest.workdir() != null) {
            existing(Path.of(manifest.workdir()));
        }
        return program;
    }

    private static Path program(String exec, Optional<Path> bundle) {
        Path path = Path.of(exec);
        if (!path.isAbsolute()) {
            Path root = bundle.orElseThrow(() -> new ProcessException("exec '" + exec
                    + "' is relative, and the image has no bundle that it could be in: publish the image with a bundle,"
                    + " or make exec absolute"));
            path = root.resolve(path);
        }
        String where = Path.of(exec).isAbsolute() ? "on this host" : "in the image's bundle";
        if (!Files.isRegularFile(path)) {
            throw new ProcessException("exec '" + exec + "' does not exist " + where);
        }
        if (!Files.isExecutable(path)) {
            throw new ProcessException("exec '" + exec + "' exists " + where + " and is not executable: chmod +x it");
        }
        return path;
    }

    private static Path workdir(Manifest manifest, Optional<Path> bundle, Path directory, Optional<Passwd> user) {
        if (manifest.workdir() != null) {
            return existing(Path.of(manifest.workdir()));
        }
        return bundle.orElseGet(() -> ownWorkdir(directory.resolve("work"), user));
    }

    private static Path existing(Path workdir) {
        if (!Files.isDirectory(workdir)) {
            throw new ProcessException("workdir '" + workdir + "' is not a directory on this host: create it");
        }
        return workdir;
    }

    private static Path ownWorkdir(Path work, Optional<Passwd> user) {
        try {
            Files.createDirectories(work);
            if (user.isPresent() && Processes.effectiveUid() == 0) {
                Files.setAttribute(work, "unix:uid", user.get().uid());
                Files.setAttribute(work, "unix:gid", user.get().gid());
            }
            return work;
        } catch (IOException e) {
            throw new ProcessException("The working directory " + work + " cannot be made: " + e.getMessage(), e);
        }
    }
}
