package dev.holdfast.common.manifest;

import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * How to run, probe, stop and take over a server.
 *
 * @param exec program and arguments; a relative program is looked up in the unpacked bundle
 * @param user name of the user that the server runs as; null for the agent's own
 * @param env added to a clean environment
 * @param workdir null for the unpacked bundle, or a directory of the process's own without one
 * @param ports the ports whose connections are taken over; never empty
 */
public record Manifest(
        List<String> exec,
        @Nullable String user,
        Map<String, String> env,
        @Nullable String workdir,
        List<PortSpec> ports,
        Ready ready,
        Stop stop,
        Takeover takeover) {
    public Manifest {
        exec = List.copyOf(exec);
        env = Map.copyOf(env);
        ports = List.copyOf(ports);
    }
}
