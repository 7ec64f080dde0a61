package dev.holdfast.agent.takeover;

import java.util.HexFormat;

/** Instructions as an assembler lists them. */
final class MachineCode {
    private MachineCode() {}

    /** The bytes: of each line what stands before its first space, in hexadecimal. */
    static byte[] assembled(String lines) {
        StringBuilder hex = new StringBuilder();
        lines.lines().forEach(line -> hex.append(line, 0, line.indexOf(' ')));
        return HexFormat.of().parseHex(hex);
    }
}
