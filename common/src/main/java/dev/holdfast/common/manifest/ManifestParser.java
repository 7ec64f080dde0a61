package dev.holdfast.common.manifest;

import dev.holdfast.common.text.Nearest;
import dev.holdfast.common.yaml.Documents;
import dev.holdfast.common.yaml.Section;
import dev.holdfast.common.yaml.Value;
import dev.holdfast.common.yaml.YamlException;
import java.time.Duration;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/** Reads a manifest from YAML. Whatever is unknown, ill-typed or out of range is refused with its place. */
public final class ManifestParser {
    private static final List<String> KEYS =
            List.of("exec", "user", "env", "workdir", "ports", "ready", "stop", "takeover");

    private ManifestParser() {}

    /**
     * Reads and checks a manifest; what it leaves out gets its default.
     *
     * @throws YamlException when it is refused
     */
    public static Manifest parse(String yaml) {
        Section root = Section.of(Documents.single(yaml, "the manifest", "exec and ports"), KEYS);
        List<String> exec = exec(root.require("exec", "[\"bin/server\", \"--port\", \"8080\"]"));
        List<PortSpec> ports = Ports.all(root.require("ports", "[8080]"));
        return new Manifest(
                exec,
                root.get("user").map(ManifestParser::user).orElse(null),
                root.get("env").map(ManifestParser::env).orElse(Map.of()),
                root.get("workdir").map(ManifestParser::workdir).orElse(null),
                ports,
                root.get("ready")
                        .map(value -> Readiness.read(value, ports.getFirst()))
                        .orElseGet(() -> new Ready.Tcp(ports.getFirst(), Ready.DEFAULT_WITHIN)),
                root.get("stop").map(ManifestParser::stop).orElse(Stop.DEFAULT),
                root.get("takeover").map(ManifestParser::takeover).orElse(Takeover.DEFAULT));
    }

    private static List<String> exec(Value value) {
        List<String> exec = value.command("[\"bin/server\", \"--port\", \"8080\"]");
        if (Arrays.asList(exec.getFirst().split("/", -1)).contains("..")) {
            throw value.items("[]")
                    .getFirst()
                    .wrong("'" + exec.getFirst()
                            + "' leaves the bundle; write a path in the bundle without .., or an absolute one");
        }
        return exec;
    }

    private static String user(Value value) {
        String user = value.text("nobody");
        if (!user.matches("[A-Za-z0-9_.][A-Za-z0-9_.-]*[$]?")) {
            throw value.wrong("'" + user + "' is not the name of a user; write it as nobody");
        }
        return user;
    }

    private static Map<String, String> env(Value value) {
        Map<String, String> env = new LinkedHashMap<>();
        Section.open(value, "a mapping of names to values, as {LOG_LEVEL: info}")
                .values()
                .forEach((name, entry) -> {
                    if (name.isEmpty() || name.indexOf('=') >= 0 || name.indexOf('\0') >= 0) {
                        throw entry.wrong(
                                "'" + name + "' cannot be the name of an environment variable; write it as LOG_LEVEL");
                    }
                    env.put(name, entry.scalar());
                });
        return env;
    }

    private static String workdir(Value value) {
        String workdir = value.text("/var/lib/server");
        if (!workdir.startsWith("/")) {
            throw value.wrong("'" + workdir + "' is not absolute; write it as /var/lib/server, or leave it out for the"
                    + " unpacked bundle");
        }
        return workdir;
    }

    private static Stop stop(Value value) {
        Section section = Section.of(value, List.of("signal", "within"));
        return new Stop(
                section.get("signal").map(ManifestParser::signal).orElse(Stop.DEFAULT.signal()),
                section.get("within").map(entry -> entry.duration("10s")).orElse(Stop.DEFAULT.within()));
    }

    private static Stop.Signal signal(Value value) {
        String name = value.text("KILL");
        List<String> known =
                Arrays.stream(Stop.Signal.values()).map(Stop.Signal::name).toList();
        String bare = name.startsWith("SIG") ? name.substring(3) : name;
        if (!known.contains(bare)) {
            throw value.wrong(notOneOf(name, bare, known));
        }
        return Stop.Signal.valueOf(bare);
    }

    private static Takeover takeover(Value value) {
        Section section =
                Section.of(value, List.of("protocol", "quiet", "deadline", "onDeadline", "linger", "start", "prove"));
        Duration quiet =
                section.get("quiet").map(entry -> entry.duration("50ms")).orElse(Takeover.DEFAULT.quiet());
        Duration deadline =
                section.get("deadline").map(entry -> entry.duration("5s")).orElse(Takeover.DEFAULT.deadline());
        if (deadline.compareTo(quiet) <= 0) {
            Value at = section.get("deadline").or(() -> section.get("quiet")).orElse(value);
            throw at.wrong("the deadline (" + deadline.toMillis() + "ms) must be longer than quiet (" + quiet.toMillis()
                    + "ms)");
        }
        Takeover.OnDeadline onDeadline = section.get("onDeadline")
                .map(entry -> oneOf(entry, Takeover.OnDeadline.class))
                .orElse(Takeover.DEFAULT.onDeadline());
        Takeover.Start start = section.get("start")
                .map(entry -> oneOf(entry, Takeover.Start.class))
                .orElse(Takeover.DEFAULT.start());
        if (onDeadline == Takeover.OnDeadline.LINGER && start != Takeover.Start.WARM) {
            throw section.require("onDeadline", "abort")
                    .wrong("linger needs start: warm, since the old server goes on while the new one runs: two must be"
                            + " able to run at once");
        }
        return new Takeover(
                section.get("protocol")
                        .map(entry -> oneOf(entry, Takeover.Protocol.class))
                        .orElse(Takeover.DEFAULT.protocol()),
                quiet,
                deadline,
                onDeadline,
                section.get("linger").map(entry -> entry.duration("10m")).orElse(Takeover.DEFAULT.linger()),
                start,
                section.get("prove").map(entry -> entry.durationOrZero("10s")).orElse(Takeover.DEFAULT.prove()));
    }

    /** A constant by its name in lower case. */
    private static <E extends Enum<E>> E oneOf(Value value, Class<E> type) {
        List<String> known = Arrays.stream(type.getEnumConstants())
                .map(each -> each.name().toLowerCase(Locale.ROOT))
                .toList();
        String name = value.text(known.getFirst());
        if (!known.contains(name)) {
            throw value.wrong(notOneOf(name, name, known));
        }
        return Enum.valueOf(type, name.toUpperCase(Locale.ROOT));
    }

    private static String notOneOf(String word, String sought, List<String> known) {
        Optional<String> nearest = Nearest.to(sought, known);
        String hint = nearest.map(near -> "; did you mean " + near + "?").orElse(";");
        return "'" + word + "' is not known" + hint + " It may be " + String.join(", ", known);
    }
}
