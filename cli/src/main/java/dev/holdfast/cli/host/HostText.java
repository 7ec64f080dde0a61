package dev.holdfast.cli.host;

import dev.holdfast.cli.output.Words;
import dev.holdfast.proto.admin.v1.Host;
import java.util.stream.Collectors;

/** One host in full. */
final class HostText {
    private HostText() {}

    static String of(Host host) {
        return """
                host       %s
                id         %s
                agent      %s, version %s, last seen %s
                tenants    %s
                addresses  %s
                kernel     %s
                cores      %d
                memory     %s
                labels     %s""".formatted(
                        host.getName(),
                        host.getId(),
                        host.getConnected() ? "connected" : "away",
                        host.getAgentVersion(),
                        Words.time(host.getLastSeenTime()),
                        host.getTenantsCount() == 0 ? "none" : String.join(", ", host.getTenantsList()),
                        String.join(", ", host.getAddressesList()),
                        host.getKernel(),
                        host.getCores(),
                        Words.bytes(host.getMemoryBytes()),
                        labels(host));
    }

    private static String labels(Host host) {
        return host.getLabelsCount() == 0
                ? "none"
                : host.getLabelsMap().entrySet().stream()
                        .map(label -> label.getKey() + "=" + label.getValue())
                        .sorted()
                        .collect(Collectors.joining(", "));
    }
}
