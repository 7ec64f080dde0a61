package dev.holdfast.acceptance.load;

import io.netty.buffer.ByteBuf;
import java.nio.charset.StandardCharsets;
import java.util.function.LongFunction;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.zip.CRC32;
import org.jspecify.annotations.Nullable;

/**
 * What takes the shop a while, of a size that depends on the request's number.
 *
 * @param request the whole request
 * @param tail what follows the first line of the answer
 */
public record ShopTask(LongFunction<String> request, LongFunction<String> tail) implements Protocol {
    private static final int LONGEST_MILLIS = 2_000;
    private static final int MOST_CHUNKS = 8;
    private static final int LONGEST_PAUSE_MILLIS = 200;
    private static final int LEAST_BYTES = 100_000;
    private static final int MORE_BYTES = 900_000;

    /** Answers that need up to two seconds. */
    public static ShopTask slow() {
        return new ShopTask(n -> get("/slow?n=" + n + "&ms=" + dice(n, LONGEST_MILLIS)), n -> "");
    }

    /** Answers of a few lines, with pauses between them. */
    public static ShopTask stream() {
        return new ShopTask(
                n -> get("/stream?n=%d&chunks=%d&pause=%d"
                        .formatted(n, dice(n, MOST_CHUNKS), dice(n + 1, LONGEST_PAUSE_MILLIS))),
                n -> IntStream.rangeClosed(1, dice(n, MOST_CHUNKS))
                        .mapToObj(i -> "%d/%d\n".formatted(i, dice(n, MOST_CHUNKS)))
                        .collect(Collectors.joining()));
    }

    /** Long requests, which are answered with their length and checksum. */
    public static ShopTask upload() {
        return new ShopTask(
                n -> "POST /upload?n=%d HTTP/1.1\r\nHost: localhost\r\nContent-Length: %d\r\n\r\n"
                                .formatted(n, bytes(n))
                        + filler(n),
                n -> "%d %08x\n".formatted(bytes(n), checksum(filler(n))));
    }

    /** Long answers. */
    public static ShopTask download() {
        return new ShopTask(n -> get("/download?n=" + n + "&bytes=" + bytes(n)), ShopTask::filler);
    }

    private static String get(String path) {
        return "GET " + path + " HTTP/1.1\r\nHost: localhost\r\n\r\n";
    }

    private static int bytes(long number) {
        return LEAST_BYTES + dice(number, MORE_BYTES);
    }

    private static String filler(long number) {
        String word = number + " ";
        return word.repeat(bytes(number) / word.length() + 1).substring(0, bytes(number));
    }

    private static long checksum(String text) {
        CRC32 sum = new CRC32();
        sum.update(text.getBytes(StandardCharsets.US_ASCII));
        return sum.getValue();
    }

    /** From 1 to the number of faces, the same for the same request. */
    private static int dice(long number, int faces) {
        return 1 + Math.floorMod(Long.hashCode(number * 0x9E3779B97F4A7C15L), faces);
    }

    @Override
    public void ask(long number, ByteBuf out) {
        out.writeCharSequence(request.apply(number), StandardCharsets.US_ASCII);
    }

    @Override
    public @Nullable Answer read(ByteBuf in) {
        HttpResponse response = HttpResponse.read(in);
        if (response == null) {
            return null;
        }
        int line = response.body().indexOf('\n') + 1;
        if (response.status() != 200 || line == 0) {
            throw new MalformedAnswerException("status " + response.status() + " with " + response.body());
        }
        Answer answer = Http.answer("shop", response.body().substring(0, line), true);
        String rest = response.body().substring(line);
        if (!rest.equals(tail.apply(answer.number()))) {
            throw new MalformedAnswerException("the answer %s is followed by %d bytes that are not right: %.200s"
                    .formatted(answer, rest.length(), rest));
        }
        return answer;
    }
}
