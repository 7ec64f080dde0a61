package dev.holdfast.agent.protocol;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.common.manifest.Takeover;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/** A conversation followed twice: as it is told, and byte by byte. Both must come to the same. */
final class Talk {
    private final Conversation whole;
    private final Conversation pieces;
    private long given;

    private Talk(Takeover.Protocol protocol) {
        whole = Conversations.of(protocol).orElseThrow();
        pieces = Conversations.of(protocol).orElseThrow();
    }

    static Talk of(Takeover.Protocol protocol) {
        return new Talk(protocol);
    }

    Talk client(String text) {
        byte[] bytes = text.getBytes(StandardCharsets.ISO_8859_1);
        whole.fromClient(ByteBuffer.wrap(bytes));
        for (byte b : bytes) {
            pieces.fromClient(ByteBuffer.wrap(new byte[] {b}));
        }
        given += bytes.length;
        return this;
    }

    Talk server(String text) {
        byte[] bytes = text.getBytes(StandardCharsets.ISO_8859_1);
        whole.fromServer(ByteBuffer.wrap(bytes));
        for (byte b : bytes) {
            pieces.fromServer(ByteBuffer.wrap(new byte[] {b}));
        }
        return this;
    }

    /** Where the server has read all. */
    Talk is(Verdict verdict) {
        return whenRead(given, verdict);
    }

    Talk whenRead(long read, Verdict verdict) {
        assertThat(whole.verdict(read)).isEqualTo(verdict);
        assertThat(pieces.verdict(read)).as("byte by byte").isEqualTo(verdict);
        return this;
    }

    Talk clear() {
        return is(new Verdict.Clear());
    }

    /** It owes something, whatever. */
    Talk owes() {
        assertThat(whole.verdict(given)).isInstanceOf(Verdict.Owes.class);
        assertThat(pieces.verdict(given)).as("byte by byte").isEqualTo(whole.verdict(given));
        return this;
    }

    Talk owes(String what) {
        return is(new Verdict.Owes(what));
    }

    Talk session(String what) {
        return is(new Verdict.Session(what));
    }

    Talk unknown() {
        assertThat(whole.verdict(given)).isInstanceOf(Verdict.Unknown.class);
        assertThat(pieces.verdict(given)).isEqualTo(whole.verdict(given));
        return this;
    }
}
