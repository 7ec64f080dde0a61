package dev.holdfast.agent.protocol;

import java.nio.ByteBuffer;

/** Lines of which only the end matters. */
final class Lines {
    private Lines() {}

    /** Skips behind the next LF, or everything; true if there was one. */
    static boolean skip(ByteBuffer in) {
        while (in.hasRemaining()) {
            if (in.get() == '\n') {
                return true;
            }
        }
        return false;
    }
}
