package dev.holdfast.acceptance.process;

import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** Programs that are installed on this machine. */
public final class Installed {
    private static final String PATH =
            Optional.ofNullable(System.getenv("PATH")).orElse("");

    private Installed() {}

    /** The program's absolute path. The system's own directories come first: every user can run what is there. */
    public static Optional<Path> find(String program) {
        return candidates(program).findFirst();
    }

    /** Every program of that name, best first. */
    public static Stream<Path> candidates(String program) {
        return Stream.concat(Stream.of("/usr/bin", "/usr/sbin"), Stream.of(PATH.split(File.pathSeparator, -1)))
                .filter(directory -> directory.startsWith("/"))
                .map(directory -> Path.of(directory, program))
                .filter(Files::isExecutable);
    }

    /** What is missing and how to get it; empty when it is there. */
    public static Optional<String> missing(String program, String debianPackage) {
        return find(program).isPresent()
                ? Optional.empty()
                : Optional.of(program + " is not installed (Debian: apt-get install " + debianPackage + ")");
    }

    /** The program, known not to be {@link #missing}. */
    public static String require(String program) {
        return find(program)
                .orElseThrow(() -> new IllegalStateException(program + " is not installed"))
                .toString();
    }

    /** The java that runs this. */
    public static String java() {
        return Path.of(System.getProperty("java.home"), "bin", "java").toString();
    }

    /** What a command prints, whatever it exits with; empty when it cannot be run. */
    public static String output(List<String> command) {
        try {
            Process process = new ProcessBuilder(command)
                    .redirectErrorStream(true)
                    .redirectInput(ProcessBuilder.Redirect.from(new File("/dev/null")))
                    .start();
            try (var out = process.getInputStream()) {
                return new String(out.readAllBytes(), StandardCharsets.UTF_8).strip();
            }
        } catch (IOException e) {
            return "";
        }
    }
}
