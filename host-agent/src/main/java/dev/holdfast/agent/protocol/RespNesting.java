package dev.holdfast.agent.protocol;

import java.util.Arrays;

/** The aggregates around a value: how many elements each is short of. */
final class RespNesting {
    static final long STREAMED = -1;
    private static final int DEPTH_LIMIT = 128;
    /** Longer ones would overflow; nobody can send as much. */
    private static final long ELEMENTS_LIMIT = 1L << 40;

    private long[] missing = new long[4];
    /** Attributes are elements of nothing: a value follows them. */
    private boolean[] attribute = new boolean[4];

    private int depth;

    void clear() {
        depth = 0;
    }

    boolean isEmpty() {
        return depth == 0;
    }

    /** Begins one; false if that is more than can be followed. */
    boolean begin(long elements, boolean isAttribute) {
        if (depth == DEPTH_LIMIT || elements > ELEMENTS_LIMIT) {
            return false;
        }
        if (depth == missing.length) {
            missing = Arrays.copyOf(missing, depth * 2);
            attribute = Arrays.copyOf(attribute, depth * 2);
        }
        missing[depth] = elements;
        attribute[depth] = isAttribute;
        depth++;
        return true;
    }

    /** The mark of the end of a streamed aggregate has come; false if there is none. */
    boolean endStreamed() {
        if (depth == 0 || missing[depth - 1] != STREAMED) {
            return false;
        }
        depth--;
        return true;
    }

    /** A value has come to its end; true if it was the outermost. */
    boolean valueEnded() {
        while (depth > 0) {
            if (missing[depth - 1] == STREAMED || --missing[depth - 1] > 0) {
                return false;
            }
            depth--;
            if (attribute[depth]) {
                return false;
            }
        }
        return true;
    }
}
