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
import java.util.zip.CRC32;

/**
 * A shop that takes orders over HTTP. {@code GET /order?n=7} is answered with {@code shop VERSION 7 CLIENT:PORT}. So are
 * {@code /slow?n=7&ms=500}, after that time, {@code /stream?n=7&chunks=3&pause=100} with lines that follow one by one,
 * {@code /download?n=7&bytes=100000} with so many bytes behind it, and {@code POST /upload?n=7} with the length and the
 * checksum of what came. Kept in one class file, so that a bundle needs nothing else.
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
        server.createContext("/slow", this::slow);
        server.createContext("/stream", this::stream);
        server.createContext("/upload", this::upload);
        server.createContext("/download", this::download);
        server.createContext("/healthz", exchange -> answer(exchange, "open\n"));
        server.start();
    }

    private void order(HttpExchange exchange) throws IOException {
        pause(slow);
        answer(exchange, receipt(exchange));
    }

    private void slow(HttpExchange exchange) throws IOException {
        pause(Duration.ofMillis(number(exchange, "ms")));
        answer(exchange, receipt(exchange));
    }

    private void stream(HttpExchange exchange) throws IOException {
        long chunks = number(exchange, "chunks");
        Duration pause = Duration.ofMillis(number(exchange, "pause"));
        exchange.sendResponseHeaders(200, 0);
        try (var out = exchange.getResponseBody()) {
            out.write(receipt(exchange).getBytes(StandardCharsets.US_ASCII));
            for (long i = 1; i <= chunks; i++) {
                out.flush();
                pause(pause);
                out.write("%d/%d\n".formatted(i, chunks).getBytes(StandardCharsets.US_ASCII));
            }
        }
    }

    private void upload(HttpExchange exchange) throws IOException {
        byte[] body = exchange.getRequestBody().readAllBytes();
        CRC32 sum = new CRC32();
        sum.update(body);
        answer(exchange, receipt(exchange) + "%d %08x\n".formatted(body.length, sum.getValue()));
    }

    private void download(HttpExchange exchange) throws IOException {
        int bytes = Math.toIntExact(number(exchange, "bytes"));
        String filler = parameter(exchange, "n") + " ";
        answer(
                exchange,
                receipt(exchange) + filler.repeat(bytes / filler.length() + 1).substring(0, bytes));
    }

    private String receipt(HttpExchange exchange) {
        InetSocketAddress peer = exchange.getRemoteAddress();
        return "shop %s %s %s:%d\n"
                .formatted(version, parameter(exchange, "n"), peer.getAddress().getHostAddress(), peer.getPort());
    }

    private static long number(HttpExchange exchange, String name) throws IOException {
        try {
            return Long.parseLong(parameter(exchange, name));
        } catch (NumberFormatException e) {
            throw new IOException(name + " is not a number", e);
        }
    }

    private static String parameter(HttpExchange exchange, String name) {
        String query = exchange.getRequestURI().getQuery();
        for (String part : query == null ? new String[0] : query.split("&", -1)) {
            if (part.startsWith(name + "=")) {
                return part.substring(name.length() + 1);
            }
        }
        return "?";
    }

    private void answer(HttpExchange exchange, String text) throws IOException {
        byte[] body = (closed ? "closed\n" : text).getBytes(StandardCharsets.US_ASCII);
        exchange.sendResponseHeaders(closed ? 503 : 200, body.length);
        try (var out = exchange.getResponseBody()) {
            out.write(body);
        }
    }

    private static void pause(Duration time) throws IOException {
        try {
            Thread.sleep(time);
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
