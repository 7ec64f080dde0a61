package dev.holdfast.acceptance.farm;

import dev.holdfast.acceptance.process.Installation;
import dev.holdfast.acceptance.server.Listen;
import dev.holdfast.acceptance.server.RealServer;
import dev.holdfast.acceptance.server.ServerImage;
import dev.holdfast.acceptance.server.Version;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** A server's two versions, the same for all hosts. The second one does not start where a file in HOME is missing. */
record FarmImage(RealServer server, int port, ServerImage from, ServerImage to) {
    private static final String NEEDING =
            "test -e \"$HOME/$1\" || { echo \"$HOME/$1 is missing\" >&2; exit 1; }; shift; exec \"$@\"";

    static FarmImage of(Installation installation, RealServer server, int port) throws IOException {
        Path work = installation.workDirectory("farm-" + server.name());
        Listen listen = new Listen("0.0.0.0", port);
        ServerImage from = local(server.image(Version.A, listen, work), port);
        ServerImage to = local(server.image(Version.B, listen, work), port);
        return new FarmImage(server, port, from, to.with("exec", needing(needed(server), exec(to))));
    }

    /** Each server asks itself whether it is ready. */
    private static ServerImage local(ServerImage image, int port) {
        Listen probe = new Listen("127.0.0.1", port);
        return image.with("ports", List.of(port)).with("ready", Map.of("tcp", probe.toString(), "within", "60s"));
    }

    private static List<String> exec(ServerImage image) {
        return ((List<?>) image.manifest().keys().getOrDefault("exec", List.of()))
                .stream().map(String::valueOf).toList();
    }

    private static List<String> needing(String file, List<String> exec) {
        List<String> command = new ArrayList<>(List.of("/bin/sh", "-c", NEEDING, "sh", file));
        command.addAll(exec);
        return command;
    }

    /** The name of the file that the second version needs. */
    String needed() {
        return needed(server);
    }

    private static String needed(RealServer server) {
        return server.name() + ".needed";
    }
}
