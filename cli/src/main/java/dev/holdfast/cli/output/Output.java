package dev.holdfast.cli.output;

import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.MessageOrBuilder;
import com.google.protobuf.util.JsonFormat;
import java.io.PrintWriter;
import java.util.function.Supplier;

/** Where a command's answer goes: a text for people, or JSON under the wire contract's field names. */
public final class Output {
    private final boolean json;
    private final PrintWriter out;
    private final PrintWriter err;

    Output(boolean json, PrintWriter out, PrintWriter err) {
        this.json = json;
        this.out = out;
        this.err = err;
    }

    /** The command's whole answer. */
    public void answer(MessageOrBuilder message, Supplier<String> text) {
        out.println(json ? json(message, JsonFormat.printer()) : text.get());
        out.flush();
    }

    /** One answer of several, in JSON on one line. */
    public void item(MessageOrBuilder message, Supplier<String> text) {
        out.println(json ? json(message, JsonFormat.printer().omittingInsignificantWhitespace()) : text.get());
        out.flush();
    }

    /** For people only. */
    public void say(String text) {
        if (!json) {
            out.println(text);
            out.flush();
        }
    }

    /** Something that passes: on the error stream, and only where a person looks at it. */
    public StatusLine statusLine() {
        return new StatusLine(err, StatusLine.isTerminal());
    }

    /** Also where nobody reads the text. */
    public void warn(String text) {
        err.println(text);
        err.flush();
    }

    private static String json(MessageOrBuilder message, JsonFormat.Printer printer) {
        try {
            return printer.preservingProtoFieldNames()
                    .alwaysPrintFieldsWithNoPresence()
                    .print(message);
        } catch (InvalidProtocolBufferException e) {
            throw new IllegalStateException("a message without Any can always be printed", e);
        }
    }
}
