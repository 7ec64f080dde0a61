package dev.holdfast.agent.linux;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/**
 * What is read of struct tcp_info (linux/tcp.h, Linux 5.10).
 *
 * @param state TCP_ESTABLISHED is 1, TCP_CLOSE 7, TCP_CLOSE_WAIT 8
 * @param unacked segments sent and not acknowledged
 * @param lastDataSent milliseconds since data was last sent
 * @param lastDataReceived milliseconds since data last came
 * @param bytesReceived bytes that came in order
 * @param notSent bytes written and not sent yet
 * @param bytesSent bytes sent, each counted once however often it went out
 * @param segmentsIn segments that came, with data or not
 */
public record TcpInfo(
        int state,
        int unacked,
        long lastDataSent,
        long lastDataReceived,
        long bytesReceived,
        int notSent,
        long bytesSent,
        int segmentsIn) {
    public static final int ESTABLISHED = 1;
    public static final int FIN_WAIT1 = 4;
    public static final int FIN_WAIT2 = 5;
    public static final int TIME_WAIT = 6;
    public static final int CLOSE = 7;
    public static final int CLOSE_WAIT = 8;
    public static final int LAST_ACK = 9;
    public static final int CLOSING = 11;

    /** Up to and with tcpi_bytes_sent and what stands beside it in 5.10. */
    static final int SIZE = 232;

    static final int STATE = 0;
    static final int UNACKED = 24;
    static final int SACKED = 28;
    static final int LAST_DATA_SENT = 44;
    static final int LAST_DATA_RECV = 52;
    static final int BYTES_RECEIVED = 128;
    static final int SEGS_IN = 140;
    static final int NOTSENT_BYTES = 144;
    static final int BYTES_SENT = 200;
    static final int BYTES_RETRANS = 208;

    static TcpInfo read(MemorySegment info) {
        return new TcpInfo(
                info.get(ValueLayout.JAVA_BYTE, STATE),
                info.get(ValueLayout.JAVA_INT_UNALIGNED, UNACKED),
                Integer.toUnsignedLong(info.get(ValueLayout.JAVA_INT_UNALIGNED, LAST_DATA_SENT)),
                Integer.toUnsignedLong(info.get(ValueLayout.JAVA_INT_UNALIGNED, LAST_DATA_RECV)),
                info.get(ValueLayout.JAVA_LONG_UNALIGNED, BYTES_RECEIVED),
                info.get(ValueLayout.JAVA_INT_UNALIGNED, NOTSENT_BYTES),
                info.get(ValueLayout.JAVA_LONG_UNALIGNED, BYTES_SENT)
                        - info.get(ValueLayout.JAVA_LONG_UNALIGNED, BYTES_RETRANS),
                info.get(ValueLayout.JAVA_INT_UNALIGNED, SEGS_IN));
    }

    /** Whether this side has said that it says no more. */
    public boolean finished() {
        return switch (state) {
            case FIN_WAIT1, FIN_WAIT2, CLOSING, LAST_ACK, TIME_WAIT -> true;
            default -> false;
        };
    }

    /** Whether the peer's FIN has come. */
    public boolean closedByPeer() {
        return switch (state) {
            case CLOSE_WAIT, LAST_ACK, CLOSING, TIME_WAIT -> true;
            default -> false;
        };
    }

    public boolean established() {
        return state == ESTABLISHED;
    }
}
