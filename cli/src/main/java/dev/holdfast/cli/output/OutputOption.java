package dev.holdfast.cli.output;

import java.util.Locale;
import picocli.CommandLine;
import picocli.CommandLine.Option;

/** Whether a person or a program reads. */
public final class OutputOption {
    enum Format {
        TEXT,
        JSON;

        @Override
        public String toString() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    @Option(
            names = {"-o", "--output"},
            paramLabel = "text|json",
            defaultValue = "text",
            description = "text (default), or json: one document with the field names of docs/cli.md; a failure is then"
                    + " an object on the error stream.")
    private Format format = Format.TEXT;

    public boolean isJson() {
        return format == Format.JSON;
    }

    public Output to(CommandLine command) {
        return new Output(isJson(), command.getOut(), command.getErr());
    }
}
