package dev.holdfast.agent.process;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Ready when a GET is answered with a status from 200 to 399; RFC 9112, as much of it as that takes. */
final class HttpProbe implements Probe {
    private static final Pattern STATUS_LINE = Pattern.compile("HTTP/1\\.[01] ([1-5][0-9][0-9])(?: .*)?");

    private static final int LONGEST = 1000;

    private final URI url;
    private final ProbeListener listener;

    HttpProbe(URI url, ProbeListener listener) {
        this.url = url;
        this.listener = listener;
    }

    @Override
    public Optional<String> attempt(Duration within) {
        String host = url.getHost().replaceAll("[\\[\\]]", "");
        int port = url.getPort() == -1 ? 80 : url.getPort();
        String problem = "";
        try {
            for (InetAddress address : InetAddress.getAllByName(host)) {
                Optional<String> asked = ask(new InetSocketAddress(address, port), within);
                if (asked.isEmpty()) {
                    return asked;
                }
                problem = asked.get();
            }
        } catch (IOException e) {
            problem = "there is no host " + host;
        }
        return Optional.of(problem);
    }

    private Optional<String> ask(InetSocketAddress remote, Duration within) {
        try (Socket socket = ProbeSocket.connect(remote, within, listener)) {
            socket.setSoTimeout(Math.toIntExact(Math.max(1, within.toMillis())));
            socket.getOutputStream().write(request().getBytes(StandardCharsets.US_ASCII));
            String line = firstLine(socket.getInputStream());
            if (line.isEmpty()) {
                return Optional.of(url + " closed the connection without an answer");
            }
            Matcher status = STATUS_LINE.matcher(line);
            if (!status.matches()) {
                return Optional.of(url + " does not answer in HTTP/1.1");
            }
            int code = Integer.parseInt(status.group(1));
            return code >= 200 && code < 400 ? Optional.empty() : Optional.of(url + " answered with status " + code);
        } catch (IOException e) {
            return Optional.of(url + " cannot be asked: " + e.getMessage());
        }
    }

    /** Without its end. Empty when there is none; longer ones than make sense are cut. */
    private static String firstLine(InputStream from) throws IOException {
        InputStream in = new BufferedInputStream(from);
        StringBuilder line = new StringBuilder();
        int next = in.read();
        while (next >= 0 && next != '\n' && line.length() < LONGEST) {
            line.append((char) next);
            next = in.read();
        }
        return line.toString().stripTrailing();
    }

    private String request() {
        String path = url.getRawPath().isEmpty() ? "/" : url.getRawPath();
        String query = url.getRawQuery() == null ? "" : "?" + url.getRawQuery();
        return "GET " + path + query + " HTTP/1.1\r\nHost: " + url.getRawAuthority()
                + "\r\nUser-Agent: holdfast\r\nAccept: */*\r\nConnection: close\r\n\r\n";
    }
}
