package dev.holdfast.agent.preflight;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/** A Python program that says in one line of numbers when it is as far as the test wants it, and then goes on until it is closed. */
final class Python implements AutoCloseable {
    private static final Path PROGRAM = Path.of("/usr/bin/python3");

    private final Process process;
    private final List<Integer> told;

    /** Skips the test where Python is missing. */
    Python(String script, String... before) throws IOException {
        assumeTrue(Files.isExecutable(PROGRAM), "python3 is not installed");
        List<String> command = new ArrayList<>(List.of(before));
        command.addAll(List.of(PROGRAM.toString(), "-c", script));
        process = new ProcessBuilder(command)
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        BufferedReader lines = process.inputReader();
        String line = lines.readLine();
        told = line == null || line.isBlank()
                ? List.of()
                : Stream.of(line.split(" ")).map(Integer::parseInt).toList();
    }

    int pid() {
        return (int) process.pid();
    }

    /** The numbers of its line. */
    int told(int index) {
        assumeTrue(index < told.size(), "this kernel does not let the program do what it is for");
        return told.get(index);
    }

    @Override
    public void close() {
        // Its input ends; what it has started itself sees that too.
        process.descendants().forEach(ProcessHandle::destroyForcibly);
        process.destroyForcibly().onExit().join();
    }
}
