package dev.holdfast.agent.protocol;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Locale;

/** The first words of a command, which tell what answers it and what it leaves behind in the server. */
final class RespCommand {
    private static final int WORDS = 4;
    private static final int WORD = 16;
    /** No command of which more than the number of answers matters has a shorter name. */
    private static final int SHORTEST = 4;

    private final byte[] bytes = new byte[WORDS * WORD];
    private final int[] lengths = new int[WORDS];
    private int words;

    void begin() {
        words = 0;
    }

    void word() {
        if (words < WORDS) {
            lengths[words] = 0;
        }
        words++;
    }

    /** Some more bytes of the last word, which are not taken out of the buffer. */
    void add(ByteBuffer in, int count) {
        for (int i = 0; i < count && words <= WORDS && lengths[words - 1] < WORD; i++) {
            bytes[(words - 1) * WORD + lengths[words - 1]++] = in.get(in.position() + i);
        }
    }

    /** The words of an inline command. */
    void line(TextLine line) {
        begin();
        boolean within = false;
        for (int i = 0; i < line.length(); i++) {
            byte b = line.byteAt(i);
            if (b == ' ' || b == '\t') {
                within = false;
            } else if (!within) {
                within = true;
                word();
            }
            if (within && words <= WORDS && lengths[words - 1] < WORD) {
                bytes[(words - 1) * WORD + lengths[words - 1]++] = b;
            }
        }
    }

    boolean isEmpty() {
        return words == 0;
    }

    private String text(int word) {
        return word < Math.min(words, WORDS)
                ? new String(bytes, word * WORD, lengths[word], StandardCharsets.ISO_8859_1).toUpperCase(Locale.ROOT)
                : "";
    }

    /** What it does to the connection, as a kind of {@link RespState}. */
    int kind() {
        if (words == 0 || lengths[0] < SHORTEST) {
            return RespState.PLAIN;
        }
        return switch (text(0)) {
            case "SUBSCRIBE", "PSUBSCRIBE", "SSUBSCRIBE", "UNSUBSCRIBE", "PUNSUBSCRIBE", "SUNSUBSCRIBE" ->
                RespState.SUBSCRIBE;
            case "MONITOR" -> RespState.MONITOR;
            case "SYNC", "PSYNC" -> RespState.SYNC;
            case "MULTI" -> RespState.MULTI;
            case "EXEC", "DISCARD" -> RespState.EXEC;
            case "WATCH" -> RespState.WATCH;
            case "UNWATCH" -> RespState.UNWATCH;
            case "SELECT" -> RespState.select(text(1));
            case "AUTH" -> RespState.AUTH;
            case "HELLO" -> hello();
            case "READONLY" -> RespState.READONLY;
            case "READWRITE" -> RespState.READWRITE;
            case "RESET" -> RespState.RESET;
            case "CLIENT" -> client();
            default -> RespState.PLAIN;
        };
    }

    private int hello() {
        boolean login = words > 2 && text(2).equals("AUTH");
        return switch (text(1)) {
            case "" -> RespState.PLAIN;
            case "2" -> login ? RespState.AUTH : RespState.HELLO_2;
            default -> RespState.HELLO_3;
        };
    }

    private int client() {
        return switch (text(1)) {
            case "REPLY" -> text(2).equals("ON") ? RespState.PLAIN : RespState.NO_REPLY;
            case "TRACKING" -> text(2).equals("ON") ? RespState.TRACKING : RespState.PLAIN;
            default -> RespState.PLAIN;
        };
    }
}
