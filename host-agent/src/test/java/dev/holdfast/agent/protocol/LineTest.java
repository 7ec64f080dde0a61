package dev.holdfast.agent.protocol;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.common.manifest.Takeover;
import org.junit.jupiter.api.Test;

class LineTest {
    private static Talk talk() {
        return Talk.of(Takeover.Protocol.LINE);
    }

    @Test
    void aLineForEachLine() {
        talk().clear()
                .client("a")
                .owes("half of a request")
                .client("\nb\r\n")
                .whenRead(2, new Verdict.Owes("an answer"))
                .owes("2 answers")
                .server("1\n2")
                .owes("the rest of an answer")
                .server("\n")
                .clear();
    }

    @Test
    void theEndOfALineThatNobodyAskedForAnswersNobody() {
        talk().server("end")
                .owes("the rest of an answer")
                .client("a\n")
                .server("\n")
                .owes("an answer");
    }

    @Test
    void tlsIsNoLine() {
        talk().client("\27\3\3\0\5\1").session("TLS");
    }

    @Test
    void nothingIsToldOfWhatIsOpaque() {
        assertThat(Conversations.of(Takeover.Protocol.OPAQUE)).isEmpty();
    }
}
