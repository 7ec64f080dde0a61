package dev.holdfast.agent.linux;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Arrays;

/** Reads addresses of which many in a row are the same one: that one is made once. */
final class Addresses {
    private byte[] bytes = {0, 0, 0, 0};
    private InetAddress address = of(bytes);

    InetAddress read(MemorySegment message, long offset, int length) {
        byte[] next = message.asSlice(offset, length).toArray(ValueLayout.JAVA_BYTE);
        if (!Arrays.equals(next, bytes)) {
            bytes = next;
            address = of(next);
        }
        return address;
    }

    private static InetAddress of(byte[] bytes) {
        try {
            return InetAddress.getByAddress(bytes);
        } catch (UnknownHostException e) {
            throw new IllegalArgumentException(e);
        }
    }
}
