package dev.holdfast.agent.takeover;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Where a process has room for a page that a jump of 32 bits reaches: the kernel's own choice may be farther away. */
final class FreePage {
    private static final long PAGE = 4096;
    private static final long FAR = 1L << 30;

    private FreePage() {}

    /** The nearest one below a mapping at or below that address; 0, which leaves the choice to mmap(2), when there is none. */
    static long near(int pid, long address) {
        long found = 0;
        long end = PAGE;
        try {
            for (String line : Files.readAllLines(Path.of("/proc/" + pid + "/maps"))) {
                String range = line.substring(0, line.indexOf(' '));
                long start = Long.parseUnsignedLong(range.substring(0, range.indexOf('-')), 16);
                if (start < 0 || start > address) {
                    break;
                }
                if (start - end >= PAGE && address - start < FAR) {
                    found = start - PAGE;
                }
                end = Long.parseUnsignedLong(range.substring(range.indexOf('-') + 1), 16);
            }
        } catch (IOException e) {
            // It is gone: whoever maps it there will see.
            return 0;
        }
        return found;
    }
}
