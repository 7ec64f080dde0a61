package dev.holdfast.cli.option;

import java.util.UUID;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Option;
import picocli.CommandLine.TypeConversionException;

/** Makes a retry harmless: the same request id twice is the same request. */
public final class RequestIdOption {
    @Option(
            names = "--request-id",
            paramLabel = "UUID",
            converter = Converter.class,
            description = "Repeating a request with the same id does not do it twice.")
    private String value = "";

    /** Empty when none was given. */
    public String value() {
        return value;
    }

    /** Refuses what is not a UUID before anything is sent. */
    public static final class Converter implements ITypeConverter<String> {
        @Override
        public String convert(String value) {
            if (!value.matches("(?i)[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")) {
                throw new TypeConversionException("'" + value + "' is not a UUID; write one as " + UUID.randomUUID());
            }
            return value;
        }
    }
}
