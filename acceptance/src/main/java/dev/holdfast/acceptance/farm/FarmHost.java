package dev.holdfast.acceptance.farm;

import dev.holdfast.acceptance.process.Installation;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * An agent in a network of its own, with files that only this host has.
 *
 * @param home where HOME points to for the host's servers
 */
public record FarmHost(String name, NetworkNamespace network, Path home) {
    /** Starts the agent. */
    static FarmHost start(Installation installation, NetworkNamespace network, String name, List<String> javaOptions)
            throws IOException, InterruptedException {
        Path home = installation.workDirectory("home-of-" + name);
        List<String> options = new ArrayList<>(javaOptions);
        options.add("-Duser.home=" + home);
        installation.startAgent(name, network.starter(), options);
        return new FarmHost(name, network, home);
    }

    /** Puts the file there without which no second version starts. */
    void prepareFor(FarmImage image) throws IOException {
        Files.writeString(home.resolve(image.needed()), "");
    }
}
