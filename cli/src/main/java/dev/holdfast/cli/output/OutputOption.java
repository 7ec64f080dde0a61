package dev.holdfast.cli.output;

import picocli.CommandLine;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Option;
import picocli.CommandLine.TypeConversionException;

/** Whether a person or a program reads. */
public final class OutputOption {
    @Option(
            names = {"-o", "--output"},
            paramLabel = "text|json",
            defaultValue = "text",
            converter = Converter.class,
            description = "text (default), or json: one document with the field names of docs/cli.md; a failure is then"
                    + " an object on the error stream.")
    private String format = "text";

    public boolean isJson() {
        return format.equals("json");
    }

    public Output to(CommandLine command) {
        return new Output(isJson(), command.getOut(), command.getErr());
    }

    /** Lets text and json through. */
    static final class Converter implements ITypeConverter<String> {
        @Override
        public String convert(String value) {
            if (!value.equals("text") && !value.equals("json")) {
                throw new TypeConversionException("'" + value + "' is neither text nor json");
            }
            return value;
        }
    }
}
