package dev.holdfast.cli.connection;

import dev.holdfast.common.address.HostPort;
import java.util.List;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Option;
import picocli.CommandLine.TypeConversionException;

/** Where the manager is. */
public final class ManagerOption {
    @Option(
            names = "--manager",
            paramLabel = "HOST:PORT",
            defaultValue = "${env:HOLDFAST_MANAGER:-127.0.0.1:7600}",
            split = ",",
            splitSynopsisLabel = ",",
            converter = Converter.class,
            description = "The manager's admin address; of several, separated by commas, the first that can be reached"
                    + " (default: $HOLDFAST_MANAGER, else 127.0.0.1:7600).")
    private List<HostPort> addresses = List.of(new HostPort("127.0.0.1", 7600));

    public Manager open() {
        return new Manager(addresses);
    }

    /** Reads HOST:PORT, with the message that says what would be right. */
    public static final class Converter implements ITypeConverter<HostPort> {
        @Override
        public HostPort convert(String value) {
            try {
                return HostPort.parse(value);
            } catch (IllegalArgumentException e) {
                throw new TypeConversionException(e.getMessage());
            }
        }
    }
}
