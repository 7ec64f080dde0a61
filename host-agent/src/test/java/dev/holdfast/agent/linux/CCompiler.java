package dev.holdfast.agent.linux;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/** What the C compiler of this host makes of constant expressions. */
final class CCompiler {
    private static final Path GCC = Path.of("/usr/bin/gcc");

    private CCompiler() {}

    /** Each expression's value, by a program that is compiled in the directory; skips the test where gcc is missing. */
    static Map<String, Long> values(Path directory, List<String> headers, Collection<String> expressions)
            throws IOException, InterruptedException {
        assumeTrue(Files.isExecutable(GCC), "gcc is not installed");
        String includes =
                headers.stream().map(header -> "#include <" + header + ">\n").collect(Collectors.joining());
        String prints = expressions.stream()
                .map(expression -> "printf(\"%ld\\n\", (long)(" + expression + "));\n")
                .collect(Collectors.joining());
        Path source = directory.resolve("values.c");
        Files.writeString(source, """
                #define _GNU_SOURCE
                #include <stddef.h>
                #include <stdio.h>
                %s
                int main(void) {
                %s
                return 0; }
                """.formatted(includes, prints));
        Path program = directory.resolve("values");
        Process compiler = new ProcessBuilder(GCC.toString(), "-o", program.toString(), source.toString())
                .inheritIO()
                .start();
        assertThat(compiler.waitFor()).as("exit status of gcc").isZero();
        Map<String, Long> found = new LinkedHashMap<>();
        Process printer = new ProcessBuilder(program.toString()).start();
        try (var lines = printer.inputReader()) {
            for (String expression : expressions) {
                found.put(expression, Long.parseLong(lines.readLine()));
            }
        }
        return found;
    }
}
