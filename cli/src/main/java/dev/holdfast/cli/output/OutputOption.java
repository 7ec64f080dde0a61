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
            arity = "1",
            defaultValue = "text",
            converter = Converter.class,
            description = "text (default), or json: one document with the field names of docs/cli.md; a failure is then"
                    + " an object on the error stream.")
    private boolean json;

    public boolean isJson() {
        return json;
    }

    public Output to(CommandLine command) {
        return new Output(json, command.getOut(), command.getErr());
    }

    /** Reads text or json. */
    static final class Converter implements ITypeConverter<Boolean> {
        @Override
        public Boolean convert(String value) {
            return switch (value) {
                case "text" -> false;
                case "json" -> true;
                default -> throw new TypeConversionException("'" + value + "' is neither text nor json");
            };
        }
    }
}
