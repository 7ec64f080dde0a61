package dev.holdfast.agent.preflight;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;

/** The beginning of a program file; elf(5). */
final class Elf {
    private static final int HEADER = 20;
    /** 0x7f, "ELF". */
    private static final int MAGIC = 0x464c457f;

    /** Where it says that it is of 64 bits and little-endian. */
    private static final int LAYOUT = 4;

    private static final short LITTLE_64 = 0x0102;
    private static final int MACHINE = 18;
    private static final int X86_64 = 62;

    private Elf() {}

    /** False for a program of another architecture or of 32 bits; what is no ELF file is a script, and runs anywhere. */
    static boolean isUsable(Path file) throws IOException {
        try (InputStream in = Files.newInputStream(file)) {
            ByteBuffer header = ByteBuffer.wrap(in.readNBytes(HEADER)).order(ByteOrder.LITTLE_ENDIAN);
            return header.limit() < HEADER
                    || header.getInt(0) != MAGIC
                    || (header.getShort(LAYOUT) == LITTLE_64 && header.getShort(MACHINE) == X86_64);
        }
    }
}
