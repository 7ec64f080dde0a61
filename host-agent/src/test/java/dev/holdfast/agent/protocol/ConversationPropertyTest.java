package dev.holdfast.agent.protocol;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.common.manifest.Takeover;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.IntRange;

class ConversationPropertyTest {
    record Play(Takeover.Protocol protocol, List<Exchange> exchanges, List<Script.Move> moves) {}

    record Piece(boolean client, String text) {}

    record Noise(Takeover.Protocol protocol, List<Piece> pieces) {}

    private static Arbitrary<Takeover.Protocol> protocol() {
        return Arbitraries.of(Takeover.Protocol.class).filter(protocol -> protocol != Takeover.Protocol.OPAQUE);
    }

    @Provide
    Arbitrary<Play> plays() {
        return plays(true);
    }

    /** Of which the end of an answer can be told when its beginning was not seen. */
    @Provide
    Arbitrary<Play> candidPlays() {
        return plays(false);
    }

    private static Arbitrary<Play> plays(boolean deceptive) {
        Arbitrary<Integer> size = Arbitraries.oneOf(
                Arbitraries.integers().between(1, 12), Arbitraries.integers().between(1, 400));
        Arbitrary<Script.Move> move = Combinators.combine(
                        Arbitraries.of(true, false),
                        size,
                        Arbitraries.integers().between(0, 100))
                .as(Script.Move::new);
        return protocol()
                .flatMap(protocol -> Combinators.combine(
                                Exchanges.of(protocol, deceptive),
                                move.list().ofMinSize(5).ofMaxSize(60))
                        .as((exchanges, moves) -> new Play(protocol, exchanges, moves)));
    }

    @Provide
    Arbitrary<Noise> noises() {
        Arbitrary<String> text = Arbitraries.oneOf(
                Arbitraries.strings().withCharRange('\0', '\u00ff').ofMaxLength(20),
                Arbitraries.strings().withChars("0123456789*$;?.|>~%+-\r\n").ofMaxLength(12),
                Arbitraries.of(
                        "GET / HTTP/1.1\r\n",
                        "HTTP/1.",
                        "1 200 OK\r\n",
                        "Content-Length: 3\r\n",
                        "\r\n",
                        "0\r\n\r\n",
                        "\n"),
                Arbitraries.of(
                        "Transfer-Encoding: chunked\r\n",
                        "HTTP/1.1 101 X\r\n",
                        "HTTP/1.1 100 X\r\n\r\n",
                        "PRI * HTTP/2.0\r\n"),
                Arbitraries.of(
                        "*2\r\n",
                        "$3\r\n",
                        "SET",
                        "*?\r\n",
                        ".\r\n",
                        "+OK\r\n",
                        "|1\r\n",
                        ">1\r\n",
                        "$?\r\n;2\r\n",
                        "MULTI\r\n"),
                Arbitraries.of(
                        "get a\r\n",
                        "END\r\n",
                        "VALUE a 0 3\r\n",
                        "mg a q\r\n",
                        "mn\r\n",
                        "MN\r\n",
                        "VA 2\r\n",
                        "set a 0 0 1 "));
        Arbitrary<Piece> piece =
                Combinators.combine(Arbitraries.of(true, false), text).as(Piece::new);
        return Combinators.combine(protocol(), piece.list().ofMaxSize(20)).as(Noise::new);
    }

    @Property(tries = 2_000)
    void verdictsAreThoseOfTheModel(@ForAll("plays") Play play) {
        Script script = new Script(play.exchanges, true);
        Conversation conversation = Conversations.of(play.protocol).orElseThrow();
        for (Script.Move move : play.moves) {
            script.play(move, conversation);
            long read = script.read(move);
            assertThat(conversation.verdict(read)).isEqualTo(script.verdict(read));
        }
    }

    @Property(tries = 2_000)
    void anAnswerThatBeganIsNeverOverlookedEvenWhenFollowedFromTheMiddle(
            @ForAll("candidPlays") Play play, @ForAll @IntRange(max = 30) int from) {
        Script script = new Script(play.exchanges, false);
        Conversation ignored = Conversations.of(play.protocol).orElseThrow();
        Conversation conversation = Conversations.of(play.protocol).orElseThrow();
        List<Script.Move> before = play.moves.subList(0, Math.min(from, play.moves.size()));
        before.forEach(move -> script.play(move, ignored));
        int begin = script.sent();
        long given = script.given();
        for (Script.Move move : play.moves.subList(before.size(), play.moves.size())) {
            script.play(move, conversation);
            if (script.isWithinAnAnswerBegunSince(begin)) {
                assertThat(conversation.verdict(Math.max(0, script.read(move) - given)))
                        .isNotEqualTo(new Verdict.Clear());
            }
        }
    }

    @Property(tries = 3_000)
    void nothingBreaksItAndCuttingItOtherwiseChangesNothing(
            @ForAll("noises") Noise noise, @ForAll @IntRange(max = 300) int read) {
        Conversation whole = Conversations.of(noise.protocol).orElseThrow();
        Conversation pieces = Conversations.of(noise.protocol).orElseThrow();
        for (Piece piece : noise.pieces) {
            byte[] bytes = piece.text.getBytes(StandardCharsets.ISO_8859_1);
            give(whole, piece.client, ByteBuffer.wrap(bytes));
            for (byte b : bytes) {
                give(pieces, piece.client, ByteBuffer.wrap(new byte[] {b}));
            }
            assertThat(pieces.verdict(read)).isEqualTo(whole.verdict(read));
        }
    }

    private static void give(Conversation conversation, boolean client, ByteBuffer bytes) {
        if (client) {
            conversation.fromClient(bytes);
        } else {
            conversation.fromServer(bytes);
        }
        assertThat(bytes.hasRemaining()).isFalse();
    }
}
