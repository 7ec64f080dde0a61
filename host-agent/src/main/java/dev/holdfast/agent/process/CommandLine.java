package dev.holdfast.agent.process;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/** What a process runs, for people to read. */
public final class CommandLine {
    private static final int LONGEST = 200;

    private CommandLine() {}

    /** Program and arguments in one line, cut at 200 characters; "[name]" where there are none; empty when it is gone. */
    public static String of(int pid) {
        try {
            byte[] bytes = Files.readAllBytes(Path.of("/proc/" + pid + "/cmdline"));
            String line = new String(bytes, StandardCharsets.UTF_8)
                    .replaceAll("\\p{Cntrl}+", " ")
                    .strip();
            if (line.isEmpty()) {
                return ProcStat.of(pid).map(stat -> "[" + stat.command() + "]").orElse("");
            }
            return line.length() > LONGEST ? line.substring(0, LONGEST - 1) + "…" : line;
        } catch (IOException e) {
            return "";
        }
    }
}
