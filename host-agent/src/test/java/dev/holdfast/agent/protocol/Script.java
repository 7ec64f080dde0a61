package dev.holdfast.agent.protocol;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** A client and a server that keep to a list of exchanges, and how far they have come. */
final class Script {
    /**
     * One of them sends something.
     *
     * @param size how much, at most
     * @param read where the server's reading stands, in percent of what it can be
     */
    record Move(boolean client, int size, int read) {}

    /** A message of the server: where it lies in its stream, and how much must have come before. */
    private record Message(long begin, long end, long after, boolean last) {}

    private record Request(long begin, long end, boolean asked) {}

    private final List<Request> requests = new ArrayList<>();
    private final List<Message> messages = new ArrayList<>();
    private final boolean pipelined;
    private final byte[] asked;
    private final byte[] said;
    private int given;
    private int sent;

    /**
     * At their beginning.
     *
     * @param pipelined whether the client asks before it has the answer to what it asked last
     */
    Script(List<Exchange> exchanges, boolean pipelined) {
        this.pipelined = pipelined;
        StringBuilder ask = new StringBuilder();
        StringBuilder say = new StringBuilder();
        for (Exchange exchange : exchanges) {
            ask.append(exchange.gap());
            int begin = ask.length();
            ask.append(exchange.request());
            requests.add(new Request(begin, ask.length(), exchange.isAsked()));
            for (String message : exchange.messages()) {
                boolean last = message.equals(exchange.messages().getLast());
                int from = say.length();
                say.append(message);
                messages.add(new Message(from, say.length(), begin + exchange.answerableAt(), last));
            }
        }
        asked = ask.toString().getBytes(StandardCharsets.ISO_8859_1);
        said = say.toString().getBytes(StandardCharsets.ISO_8859_1);
    }

    void play(Move move, Conversation conversation) {
        if (move.client) {
            int count = Math.min(move.size, askable() - given);
            conversation.fromClient(ByteBuffer.wrap(asked, given, count));
            given += count;
        } else {
            int count = Math.min(move.size, sayable() - sent);
            conversation.fromServer(ByteBuffer.wrap(said, sent, count));
            sent += count;
        }
    }

    /** How far the client can have come. */
    private int askable() {
        return pipelined
                ? asked.length
                : requests.stream()
                        .filter(Request::asked)
                        .skip(answered())
                        .mapToInt(request -> (int) request.end)
                        .findFirst()
                        .orElse(asked.length);
    }

    private long answered() {
        return messages.stream()
                .filter(message -> message.last && message.end <= sent)
                .count();
    }

    /** How far the server can have come, since it answers nothing that was not asked. */
    private int sayable() {
        return messages.stream()
                .takeWhile(message -> message.after <= given)
                .mapToInt(message -> (int) message.end)
                .reduce(0, (_, end) -> end);
    }

    /** Where the server has read to: it has read what it answers. */
    long read(Move move) {
        long least = messages.stream()
                .filter(message -> message.begin < sent)
                .mapToLong(Message::after)
                .reduce(0, (_, after) -> after);
        return least + (given - least) * move.read / 100;
    }

    long given() {
        return given;
    }

    int sent() {
        return sent;
    }

    boolean isWithinAnAnswerBegunSince(int from) {
        return messages.stream()
                .anyMatch(
                        message -> message.last && message.begin >= from && message.begin < sent && sent < message.end);
    }

    Verdict verdict(long read) {
        long due = requests.stream()
                .filter(Request::asked)
                .skip(answered())
                .filter(request -> request.end <= read)
                .count();
        if (due > 1) {
            return new Verdict.Owes(due + " answers");
        }
        if (messages.stream().anyMatch(message -> message.begin < sent && sent < message.end)) {
            return new Verdict.Owes("the rest of an answer");
        }
        if (due == 1) {
            return new Verdict.Owes("an answer");
        }
        boolean half = requests.stream().anyMatch(request -> request.begin < read && read < request.end);
        return half ? new Verdict.Owes("half of a request") : new Verdict.Clear();
    }
}
