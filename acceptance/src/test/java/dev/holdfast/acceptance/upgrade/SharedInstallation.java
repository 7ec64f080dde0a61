package dev.holdfast.acceptance.upgrade;

import dev.holdfast.acceptance.process.Installation;
import java.io.IOException;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ExtensionContext.Namespace;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolver;

/** Gives tests a manager with an agent, started once for all of them. */
public final class SharedInstallation implements ParameterResolver {
    public static final String HOST = "host-1";

    private record Shared(Installation installation) implements AutoCloseable {
        @Override
        public void close() {
            installation.close();
        }
    }

    @Override
    public boolean supportsParameter(ParameterContext parameter, ExtensionContext context) {
        return parameter.getParameter().getType() == Installation.class;
    }

    @Override
    public Installation resolveParameter(ParameterContext parameter, ExtensionContext context) {
        return context.getRoot()
                .getStore(Namespace.create(SharedInstallation.class))
                .getOrComputeIfAbsent(Shared.class, key -> start(), Shared.class)
                .installation();
    }

    private static Shared start() {
        try {
            Installation installation = Installation.start();
            installation.startAgent(HOST);
            return new Shared(installation);
        } catch (IOException | InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }
}
