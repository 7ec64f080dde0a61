package dev.holdfast.acceptance.farm;

import dev.holdfast.acceptance.process.Installed;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** iproute2's {@code ip}. */
final class Ip {
    static final String PROGRAM = "ip";

    private Ip() {}

    /**
     * Runs it with these arguments, separated by spaces.
     *
     * @return what it printed
     * @throws IOException with what it says, when it refuses
     */
    static String run(String arguments) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of(Installed.require(PROGRAM)));
        command.addAll(List.of(arguments.split(" ", -1)));
        Process process = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectInput(Path.of("/dev/null").toFile())
                .start();
        try (var out = process.getInputStream()) {
            String said = new String(out.readAllBytes(), StandardCharsets.UTF_8).strip();
            if (process.waitFor() != 0) {
                throw new IOException("ip " + arguments + ": " + said);
            }
            return said;
        }
    }
}
