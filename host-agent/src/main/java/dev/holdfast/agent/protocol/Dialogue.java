package dev.holdfast.agent.protocol;

import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/** A conversation of a protocol in which answers come in the order of their requests. */
final class Dialogue implements Conversation {
    private final Ledger ledger = new Ledger();
    private final Requests requests;
    private final Answers answers;
    private @Nullable Opening clientOpening;
    private @Nullable Opening serverOpening;

    Dialogue(Opening.Of protocol, Requests requests, Answers answers) {
        this.requests = requests;
        this.answers = answers;
        clientOpening = new Opening(protocol, true);
        serverOpening = new Opening(protocol, false);
    }

    @Override
    public void fromClient(ByteBuffer bytes) {
        Opening opening = clientOpening;
        if (opening != null) {
            if (!opening.decides(bytes, ledger)) {
                return;
            }
            clientOpening = null;
            read(opening.kept());
        }
        read(bytes);
    }

    private void read(ByteBuffer bytes) {
        ledger.clientGives(bytes);
        if (!ledger.isLeft()) {
            requests.read(bytes, ledger);
        }
        bytes.position(bytes.limit());
    }

    @Override
    public void fromServer(ByteBuffer bytes) {
        Opening opening = serverOpening;
        if (opening != null) {
            if (!opening.decides(bytes, ledger)) {
                return;
            }
            serverOpening = null;
            write(opening.kept());
        }
        write(bytes);
    }

    private void write(ByteBuffer bytes) {
        ledger.serverGives(bytes);
        if (!ledger.isOver()) {
            answers.read(bytes, ledger);
        }
        bytes.position(bytes.limit());
    }

    @Override
    public Verdict verdict(long read) {
        if (isUndecided(serverOpening)) {
            return ledger.verdict(read, "the rest of an answer");
        }
        return ledger.verdict(read, isUndecided(clientOpening) ? "the rest of a request" : answers.underway());
    }

    @Override
    public boolean beganAmidRequest() {
        return ledger.hadOlder();
    }

    private static boolean isUndecided(@Nullable Opening opening) {
        return opening != null && opening.kept().hasRemaining();
    }
}
