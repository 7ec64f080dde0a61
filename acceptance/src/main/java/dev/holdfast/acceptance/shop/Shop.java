package dev.holdfast.acceptance.shop;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;

/**
 * A shop that takes orders over HTTP. {@code GET /order?n=7} is answered with {@code shop VERSION 7 CLIENT:PORT}.
 * Kept in one class file, so that a bundle needs nothing else.
 */
public final class Shop {
    private static final String USAGE =
            "usage: Shop --port PORT [--address ADDRESS] [--version VERSION] [--slow MILLIS]"
                    + " [--exit-at-once | --never-listen | --never-ready]";

    private final String version;
    private final Duration slow;
    private final boolean closed;

    private Shop(String version, Duration slow, boolean closed) {
        this.version = version;
        this.slow = slow;
        this.closed = closed;
    }

    /** Runs until it is killed. The options after {@code --slow} make it a server that is broken in that way. */
    public static void main(String[] args) throws IOException, InterruptedException {
        List<String> options = List.of(args);
        if (options.contains("--exit-at-once")) {
            System.err.println("shop: told to exit at once");
            System.exit(3);
        }
        if (!options.contains("--never-listen")) {
            Shop shop = new Shop(
                    option(options, "--version", "1"),
                    Duration.ofMillis(Long.parseLong(option(options, "--slow", "0"))),
                    options.contains("--never-ready"));
            shop.open(
                    InetAddress.getByName(option(options, "--address", "127.0.0.1")),
                    Integer.parseInt(option(options, "--port", "")));
        }
        new CountDownLatch(1).await();
    }

    private void open(InetAddress address, int port) throws IOException {
        HttpServer server = HttpServer.create(new InetSocketAddress(address, port), 4096);
        server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
        server.createContext("/order", this::order);
        server.createContext("/healthz", exchange -> answer(exchange, "open\n"));
        server.start();
    }

    private void order(HttpExchange exchange) throws IOException {
        String query = exchange.getRequestURI().getQuery();
        String number = query != null && query.startsWith("n=") ? query.substring(2) : "?";
        InetSocketAddress peer = exchange.getRemoteAddress();
        pause();
        answer(
                exchange,
                "shop %s %s %s:%d\n"
                        .formatted(version, number, peer.getAddress().getHostAddress(), peer.getPort()));
    }

    private void answer(HttpExchange exchange, String text) throws IOException {
        byte[] body = (closed ? "closed\n" : text).getBytes(StandardCharsets.US_ASCII);
        exchange.sendResponseHeaders(closed ? 503 : 200, body.length);
        try (var out = exchange.getResponseBody()) {
            out.write(body);
        }
    }

    private void pause() throws IOException {
        try {
            Thread.sleep(slow);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted while being slow", e);
        }
    }

    private static String option(List<String> options, String name, String otherwise) {
        int at = options.indexOf(name);
        String value = at >= 0 && at + 1 < options.size() ? options.get(at + 1) : otherwise;
        if (value.isEmpty()) {
            System.err.println(USAGE);
            System.exit(2);
        }
        return value;
    }
}
