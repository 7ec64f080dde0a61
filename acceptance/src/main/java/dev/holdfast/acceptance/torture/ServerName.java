package dev.holdfast.acceptance.torture;

import dev.holdfast.acceptance.server.RealServer;
import java.util.stream.Collectors;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** Any server of the catalogue, by its name. */
public final class ServerName implements ITypeConverter<RealServer> {
    @Override
    public RealServer convert(String name) {
        return RealServer.all().stream()
                .filter(server -> server.name().equals(name))
                .findFirst()
                .orElseThrow(() -> new TypeConversionException("'" + name + "' is not one of "
                        + RealServer.all().stream().map(RealServer::name).collect(Collectors.joining(", "))));
    }
}
