package dev.holdfast.agent.takeover;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Where the C library that a process has loaded makes its accepts: elf(5) names the functions, and the instructions are looked
 * for there. Finding none costs only time, since then the server's calls are looked at.
 */
final class LibraryAccepts {
    /** The beginning of a C library's file, proc_pid_maps(5): its load address and its path. */
    private static final Pattern LIBRARY = Pattern.compile(
            "([0-9a-f]+)-[0-9a-f]+ \\S+ 0+ \\S+ \\S+ +(/.*/(?:libc\\.so\\.6|libc-2\\.\\d+\\.so|ld-musl-.*))");

    private static final int SECTIONS_AT = 0x28;
    private static final int SECTION_SIZE_AT = 0x3a;
    private static final int SECTION_COUNT_AT = 0x3c;
    private static final int DYNSYM = 11;
    private static final int SYMBOL_SIZE = 24;

    private static final Map<String, Long> NUMBERS = Map.of("accept", Gate.SYS_ACCEPT, "accept4", Gate.SYS_ACCEPT4);

    private LibraryAccepts() {}

    /** Tells the process's space of them; whether there are any. */
    static boolean findIn(Space space) {
        try {
            for (String line : Files.readAllLines(Path.of("/proc/" + space.pid + "/maps"))) {
                Matcher library = LIBRARY.matcher(line);
                if (library.matches()) {
                    long base = Long.parseUnsignedLong(library.group(1), 16);
                    functions(Path.of("/proc/" + space.pid + "/root" + library.group(2)))
                            .forEach((name, offset) ->
                                    Breakpoints.findAlike(space, base + offset, NUMBERS.getOrDefault(name, 0L)));
                }
            }
        } catch (IOException | IndexOutOfBoundsException e) {
            // It is gone, or not what it seemed to be.
            return false;
        }
        return !space.accepts.isEmpty();
    }

    private static Map<String, Long> functions(Path file) throws IOException {
        Map<String, Long> found = new HashMap<>();
        try (FileChannel channel = FileChannel.open(file)) {
            ByteBuffer elf = channel.map(FileChannel.MapMode.READ_ONLY, 0, channel.size())
                    .order(ByteOrder.LITTLE_ENDIAN);
            int sections = (int) elf.getLong(SECTIONS_AT);
            int size = elf.getShort(SECTION_SIZE_AT);
            for (int i = 0; i < elf.getShort(SECTION_COUNT_AT); i++) {
                int section = sections + i * size;
                if (elf.getInt(section + 4) == DYNSYM) {
                    int names = sections + elf.getInt(section + 0x28) * size;
                    symbols(elf, offset(elf, section), length(elf, section), offset(elf, names), found);
                }
            }
        }
        return found;
    }

    private static int offset(ByteBuffer elf, int section) {
        return (int) elf.getLong(section + 0x18);
    }

    private static int length(ByteBuffer elf, int section) {
        return (int) elf.getLong(section + 0x20);
    }

    private static void symbols(ByteBuffer elf, int from, int length, int names, Map<String, Long> found) {
        for (int symbol = from; symbol < from + length; symbol += SYMBOL_SIZE) {
            for (String name : NUMBERS.keySet()) {
                if (isNamed(elf, names + elf.getInt(symbol), name)) {
                    found.put(name, elf.getLong(symbol + 8));
                }
            }
        }
    }

    private static boolean isNamed(ByteBuffer elf, int at, String name) {
        for (int i = 0; i < name.length(); i++) {
            if (elf.get(at + i) != name.charAt(i)) {
                return false;
            }
        }
        return elf.get(at + name.length()) == 0;
    }
}
