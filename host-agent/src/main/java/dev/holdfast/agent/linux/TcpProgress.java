package dev.holdfast.agent.linux;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/**
 * What sock_diag(7) tells of how far a connection is, without anybody having a descriptor of it: struct inet_diag_msg with
 * the attribute INET_DIAG_INFO.
 *
 * @param inode what /proc/PID/fd calls it; 0 while nobody has accepted it
 * @param unread bytes that came and were not read, as {@link Sockets#unread} counts them
 */
public record TcpProgress(long inode, TcpInfo info, int unread) {
    static final int INET_DIAG_INFO = 2;
    static final int RQUEUE = 56;

    static TcpProgress read(MemorySegment message) {
        for (long at = TcpSocket.SIZE; at + RtAttr.SIZE <= message.byteSize(); ) {
            RtAttr attribute = RtAttr.read(message, at);
            if (attribute.type() == INET_DIAG_INFO) {
                TcpInfo info = TcpInfo.read(message.asSlice(at + RtAttr.SIZE, attribute.length() - RtAttr.SIZE));
                int queued = message.get(ValueLayout.JAVA_INT, RQUEUE);
                // The client's FIN stands in the queue like a byte.
                int unread = queued > 0 && info.closedByPeer() ? queued - 1 : queued;
                return new TcpProgress(inode(message), info, unread);
            }
            at += attribute.step();
        }
        throw new IllegalStateException("the kernel told nothing of socket " + inode(message));
    }

    private static long inode(MemorySegment message) {
        return Integer.toUnsignedLong(message.get(ValueLayout.JAVA_INT, TcpSocket.INODE));
    }
}
