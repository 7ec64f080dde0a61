package dev.holdfast.common.manifest;

import dev.holdfast.common.yaml.Section;
import dev.holdfast.common.yaml.Value;
import java.net.URI;
import java.time.Duration;
import java.util.List;

/** Reads the ready section. */
final class Readiness {
    private static final List<String> PROBES = List.of("http", "tcp", "command");
    private static final String EXAMPLE = "{http: \"http://127.0.0.1:8080/healthz\"}, {tcp: 8080} or {command: [...]}";

    private Readiness() {}

    static Ready read(Value value, PortSpec firstPort) {
        Section section = Section.of(value, List.of("http", "tcp", "command", "within"));
        Duration within =
                section.get("within").map(entry -> entry.duration("30s")).orElse(Ready.DEFAULT_WITHIN);
        List<String> probes =
                PROBES.stream().filter(section.values()::containsKey).toList();
        if (probes.size() > 1) {
            throw value.wrong("has " + String.join(" and ", probes) + "; keep one, as " + EXAMPLE);
        }
        if (probes.isEmpty()) {
            return new Ready.Tcp(firstPort, within);
        }
        Value probe = section.require(probes.getFirst(), EXAMPLE);
        return switch (probes.getFirst()) {
            case "http" -> new Ready.Http(url(probe), within);
            case "tcp" -> new Ready.Tcp(Ports.one(probe), within);
            default -> new Ready.Command(probe.command("[\"/usr/bin/true\"]"), within);
        };
    }

    private static URI url(Value value) {
        String example = "\"http://127.0.0.1:8080/healthz\"";
        String text = value.text(example);
        if (!text.startsWith("http://")) {
            throw value.wrong("'" + text + "' does not begin with http://; write it as " + example);
        }
        try {
            URI url = URI.create(text);
            if (url.getHost() != null) {
                return url;
            }
        } catch (IllegalArgumentException _) {
            throw value.wrong("'" + text + "' is not a URL; write it as " + example);
        }
        throw value.wrong("'" + text + "' names no host; write it as " + example);
    }
}
