package dev.holdfast.acceptance.load;

import io.netty.buffer.ByteBuf;
import java.nio.charset.StandardCharsets;
import java.util.function.LongFunction;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.zip.CRC32;
import org.jspecify.annotations.Nullable;

/**
 * What takes a server a while, of a size that depends on the request's number.
 *
 * @param name with which the answer's first line begins; what follows is as in {@link Http}
 * @param modulo answers give the request's number modulo this
 * @param request the whole request
 * @param tail what follows the first line of the answer
 */
public record Task(String name, long modulo, boolean givesPeer, LongFunction<String> request, LongFunction<String> tail)
        implements Protocol {
    private static final int LONGEST_MILLIS = 2_000;
    private static final int MOST_CHUNKS = 8;
    private static final int LONGEST_PAUSE_MILLIS = 200;
    private static final int LEAST_BYTES = 100_000;
    private static final int MORE_BYTES = 900_000;

    /** Answers that need up to two seconds. */
    public static Task slow() {
        return shop(n -> get("/slow?n=" + n + "&ms=" + dice(n, LONGEST_MILLIS)), n -> "");
    }

    /** Answers of a few lines, with pauses between them. */
    public static Task stream() {
        return shop(
                n -> get("/stream?n=%d&chunks=%d&pause=%d"
                        .formatted(n, dice(n, MOST_CHUNKS), dice(n + 1, LONGEST_PAUSE_MILLIS))),
                n -> IntStream.rangeClosed(1, dice(n, MOST_CHUNKS))
                        .mapToObj(i -> "%d/%d\n".formatted(i, dice(n, MOST_CHUNKS)))
                        .collect(Collectors.joining()));
    }

    /** Long requests, which are answered with their length and checksum. */
    public static Task upload() {
        return shop(
                n -> "POST /upload?n=%d HTTP/1.1\r\nHost: localhost\r\nContent-Length: %d\r\n\r\n"
                                .formatted(n, bytes(n))
                        + filler(n),
                n -> "%d %08x\n".formatted(bytes(n), checksum(filler(n))));
    }

    /** Long answers. */
    public static Task download() {
        return shop(n -> get("/download?n=" + n + "&bytes=" + bytes(n)), Task::filler);
    }

    /** Long answers of a server of the files 0.txt to 9.txt, in a directory of large ones. */
    public static Task largeFiles(String name) {
        return new Task(name, Http.FILES, false, n -> get("/large/" + n % Http.FILES + ".txt"), Task::filler);
    }

    /** What such a file holds behind its first line. */
    public static String largeFile(int number) {
        return filler(number);
    }

    private static Task shop(LongFunction<String> request, LongFunction<String> tail) {
        return new Task("shop", Long.MAX_VALUE, true, request, tail);
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
    public long expected(long number) {
        return number % modulo;
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
        Answer answer = Http.answer(name, response.body().substring(0, line), givesPeer);
        String rest = response.body().substring(line);
        if (!rest.equals(tail.apply(answer.number()))) {
            throw new MalformedAnswerException("the answer %s is followed by %d bytes that are not right: %.200s"
                    .formatted(answer, rest.length(), rest));
        }
        return answer;
    }
}
