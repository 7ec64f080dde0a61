package dev.holdfast.acceptance.upgrade;

import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.Locale;

/** A client that has asked for a long answer over HTTP and reads no more than its beginning until it is told to. */
final class Download implements AutoCloseable {
    private static final int LITTLE = 10_000;
    private static final int PATIENCE_MILLIS = 30_000;
    private static final String LENGTH = "content-length: ";

    private final Socket socket = new Socket();
    private final InetSocketAddress local;
    private int left;

    Download(InetSocketAddress server, String path) throws IOException {
        socket.setReceiveBufferSize(LITTLE);
        socket.setSoTimeout(PATIENCE_MILLIS);
        socket.connect(server);
        local = (InetSocketAddress) socket.getLocalSocketAddress();
        ask(path);
    }

    private void ask(String path) throws IOException {
        String request = "GET %s HTTP/1.1\r\nHost: localhost\r\n\r\n".formatted(path);
        socket.getOutputStream().write(request.getBytes(StandardCharsets.US_ASCII));
        left = Integer.parseInt(header().lines()
                .filter(line -> line.toLowerCase(Locale.ROOT).startsWith(LENGTH))
                .findFirst()
                .orElseThrow()
                .substring(LENGTH.length()));
    }

    private String header() throws IOException {
        ByteArrayOutputStream header = new ByteArrayOutputStream();
        InputStream in = socket.getInputStream();
        while (!header.toString(StandardCharsets.US_ASCII).endsWith("\r\n\r\n")) {
            int one = in.read();
            if (one < 0) {
                throw new EOFException("after " + header);
            }
            header.write(one);
        }
        return header.toString(StandardCharsets.US_ASCII);
    }

    /** What is left of the answer. */
    String rest() throws IOException {
        byte[] rest = socket.getInputStream().readNBytes(left);
        if (rest.length < left) {
            throw new EOFException("after " + rest.length + " of " + left + " bytes");
        }
        return new String(rest, StandardCharsets.US_ASCII);
    }

    /** Another answer on the same connection. */
    String next(String path) throws IOException {
        ask(path);
        return rest();
    }

    InetSocketAddress local() {
        return local;
    }

    /** With a reset. */
    void vanish() throws IOException {
        socket.setSoLinger(true, 0);
        socket.close();
    }

    void leave() throws IOException {
        socket.close();
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
