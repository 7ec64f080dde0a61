package dev.holdfast.agent.preflight;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.HexFormat;

/**
 * Asks a server whether it speaks TLS, as a client of its own: says hello, and no more. The hello offers nothing that any
 * server takes, so that one that speaks TLS answers with an alert and computes nothing; and no line end is in it, so that to
 * others it is the beginning of a request whose client has gone.
 */
final class TlsQuestion {
    enum Answer {
        TLS,
        /** It answered something else, or closed the connection. */
        OTHER,
        /** It did neither within the time. */
        NONE
    }

    /** ClientHello of RFC 5246: TLS 1.2, no session, the one cipher suite 0x5A5A that RFC 8701 keeps from use, no extension. */
    private static final byte[] HELLO = HexFormat.of()
            .parseHex("160301" + "002d" + "010000" + "29" + "0303"
                    + "484f4c44464153542d707265666c696768742d646f65732d746c732d68657265"
                    + "00" + "00025a5a" + "0100");
    /** A talkative server is not listened to for ever. */
    private static final int MOST = 65_536;

    private TlsQuestion() {}

    static byte[] hello() {
        return HELLO.clone();
    }

    static Answer ask(InetSocketAddress server, Duration within) {
        long deadline = System.nanoTime() + within.toNanos();
        try (Socket socket = new Socket()) {
            socket.connect(server, (int) within.toMillis());
            OutputStream out = socket.getOutputStream();
            out.write(HELLO);
            // What does not speak TLS, and would wait for the rest of a request, learns that there is none.
            socket.shutdownOutput();
            return answer(socket, deadline);
        } catch (SocketTimeoutException e) {
            return Answer.NONE;
        } catch (IOException e) {
            return Answer.OTHER;
        }
    }

    /** Reads to the end: then the server has closed its end too, and nothing is left of the question. */
    private static Answer answer(Socket socket, long deadline) throws IOException {
        ByteArrayOutputStream first = new ByteArrayOutputStream();
        InputStream in = socket.getInputStream();
        byte[] buffer = new byte[4096];
        int all = 0;
        while (all < MOST) {
            long left = (deadline - System.nanoTime()) / 1_000_000;
            socket.setSoTimeout((int) Math.max(1, left));
            int got;
            try {
                got = in.read(buffer);
            } catch (SocketTimeoutException e) {
                return all == 0 ? Answer.NONE : judge(first.toByteArray());
            } catch (IOException e) {
                // A reset is an end too.
                got = -1;
            }
            if (got < 0) {
                break;
            }
            first.write(buffer, 0, all < TlsRecord.HEADER ? got : 0);
            all += got;
        }
        return judge(first.toByteArray());
    }

    private static Answer judge(byte[] first) {
        return TlsRecord.begins(first) ? Answer.TLS : Answer.OTHER;
    }
}
