package dev.holdfast.acceptance.load;

import io.netty.buffer.ByteBuf;
import org.jspecify.annotations.Nullable;

/** How clients ask a server and read what it answers. */
public interface Protocol {
    void ask(long number, ByteBuf out);

    /**
     * The next answer, or null while it has not come whole; only a whole answer is consumed.
     *
     * @throws MalformedAnswerException when the bytes cannot become an answer, whatever follows
     */
    @Nullable
    Answer read(ByteBuf in);

    /** What the answer to a request must give as its number. */
    default long expected(long number) {
        return number;
    }
}
