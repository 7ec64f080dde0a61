package dev.holdfast.acceptance.demo;

import dev.holdfast.acceptance.server.NginxServer;
import dev.holdfast.acceptance.server.RealServer;
import dev.holdfast.acceptance.server.RedisServer;
import dev.holdfast.acceptance.server.ShopServer;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** A server by its name on the command line. */
public final class ServerChoice implements ITypeConverter<RealServer> {
    @Override
    public RealServer convert(String name) {
        return switch (name) {
            case "shop" -> new ShopServer();
            case "redis" -> new RedisServer();
            case "nginx" -> new NginxServer();
            default -> throw new TypeConversionException("'" + name + "' is not one of shop, redis, nginx");
        };
    }
}
