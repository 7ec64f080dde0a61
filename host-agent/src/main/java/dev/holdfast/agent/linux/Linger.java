package dev.holdfast.agent.linux;

import static dev.holdfast.agent.linux.Native.INT;

import java.lang.foreign.MemorySegment;

/** struct linger of socket(7). */
record Linger(boolean on, int seconds) {
    static final int SIZE = 8;
    static final int ON = 0;
    static final int SECONDS = 4;

    void write(MemorySegment into) {
        into.set(INT, ON, on ? 1 : 0);
        into.set(INT, SECONDS, seconds);
    }
}
