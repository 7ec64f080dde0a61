package dev.holdfast.acceptance.load;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketException;
import java.nio.charset.StandardCharsets;

/** A server on a free port that answers each request by a script, be it as wrong as it likes. */
final class ScriptedServer implements AutoCloseable {
    /** What becomes of a request. */
    interface Script {
        void answer(Request request) throws IOException;
    }

    /** One request and the connection that it came on. */
    record Request(long number, Socket socket) {
        /** The right answer. */
        String answer() {
            return answer(number, socket.getPort());
        }

        String answer(long number, int peerPort) {
            String body = "test 1 %d 127.0.0.1:%d\n".formatted(number, peerPort);
            return "HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n%s".formatted(body.length(), body);
        }

        void send(String text) throws IOException {
            OutputStream out = socket.getOutputStream();
            out.write(text.getBytes(StandardCharsets.US_ASCII));
            out.flush();
        }
    }

    private final ServerSocket listener;
    private final Script script;

    ScriptedServer(Script script) throws IOException {
        this.script = script;
        listener = new ServerSocket(0, 512, InetAddress.getLoopbackAddress());
        var _ = Thread.ofVirtual().start(this::accept);
    }

    InetSocketAddress address() {
        return new InetSocketAddress(listener.getInetAddress(), listener.getLocalPort());
    }

    private void accept() {
        try {
            while (true) {
                Socket socket = listener.accept();
                var _ = Thread.ofVirtual().start(() -> serve(socket));
            }
        } catch (IOException _) {
            // The test is over.
        }
    }

    private void serve(Socket socket) {
        try (socket;
                var in =
                        new BufferedReader(new InputStreamReader(socket.getInputStream(), StandardCharsets.US_ASCII))) {
            long number = 0;
            for (String line = in.readLine(); line != null; line = in.readLine()) {
                if (line.startsWith("GET ")) {
                    number = Long.parseLong(line.replaceAll("\\D*(\\d+) HTTP.*", "$1"));
                } else if (line.isEmpty()) {
                    script.answer(new Request(number, socket));
                }
            }
        } catch (SocketException _) {
            // The client, or the script, ended the connection.
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    @Override
    public void close() throws IOException {
        listener.close();
    }
}
