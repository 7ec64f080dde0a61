package dev.holdfast.acceptance.upgrade;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** What a cycle may leave behind on a host, as the kernel and the file system see it. */
final class Traces {
    private Traces() {}

    /** The processes that have that socket open. */
    static Set<Long> holders(String inode) {
        String link = "socket:[" + inode + "]";
        return processes(process ->
                files(process.resolve("fd")).stream().anyMatch(fd -> target(fd).equals(link)));
    }

    /** The processes that keep the sockets of a cycle. */
    static Set<Long> parkings(String cycle) {
        return processes(process -> text(process.resolve("environ")).contains("HOLDFAST_CYCLE=" + cycle));
    }

    /** The shells that are still to become a server of that agent. */
    static Set<Long> shells(Path agent) {
        return processes(process -> text(process.resolve("cmdline")).contains("kill -STOP")
                && target(process.resolve("cwd")).startsWith(agent.toString()));
    }

    /** A process and all that it has started. */
    static Set<Long> server(long pid) {
        return Stream.concat(
                        Stream.of(pid),
                        ProcessHandle.of(pid).stream()
                                .flatMap(ProcessHandle::descendants)
                                .map(ProcessHandle::pid))
                .collect(Collectors.toSet());
    }

    static List<Path> files(Path directory) {
        try (Stream<Path> files = Files.list(directory)) {
            return files.toList();
        } catch (IOException _) {
            return List.of();
        }
    }

    private static Set<Long> processes(Predicate<Path> wanted) {
        return ProcessHandle.allProcesses()
                .map(ProcessHandle::pid)
                .filter(pid -> wanted.test(Path.of("/proc", String.valueOf(pid))))
                .collect(Collectors.toSet());
    }

    private static String target(Path link) {
        try {
            return Files.readSymbolicLink(link).toString();
        } catch (IOException _) {
            return "";
        }
    }

    private static String text(Path file) {
        try {
            return new String(Files.readAllBytes(file), StandardCharsets.ISO_8859_1);
        } catch (IOException _) {
            return "";
        }
    }
}
