package dev.holdfast.acceptance.server;

import com.google.gson.Gson;
import com.google.gson.GsonBuilder;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/** A manifest as its author would write it: a line for each key. Values are JSON, which is YAML as well. */
public record ManifestText(Map<String, Object> keys) {
    private static final Gson GSON = new GsonBuilder().disableHtmlEscaping().create();

    /**
     * A server that is ready when it accepts connections, and is killed when nothing depends on it.
     *
     * @param protocol what is spoken with it
     */
    public static ManifestText of(List<String> exec, Listen listen, String protocol) {
        return new ManifestText(Map.of())
                .with("exec", exec)
                .with("ports", List.of(listen.toString()))
                .with("ready", Map.of("tcp", listen.toString(), "within", "30s"))
                .with("stop", Map.of("signal", "KILL"))
                .with("takeover", Map.of("protocol", protocol));
    }

    public ManifestText readyHttp(String path, String within) {
        Object first = ((List<?>) keys.getOrDefault("ports", List.of())).getFirst();
        return with("ready", Map.of("http", "http://" + first + path, "within", within));
    }

    /** The same with this key set. */
    public ManifestText with(String key, Object value) {
        Map<String, Object> more = new LinkedHashMap<>(keys);
        more.put(key, value);
        return new ManifestText(more);
    }

    /** The same with this key of the takeover set. */
    public ManifestText withTakeover(String key, String value) {
        Map<Object, Object> more = new LinkedHashMap<>((Map<?, ?>) keys.getOrDefault("takeover", Map.of()));
        more.put(key, value);
        return with("takeover", more);
    }

    /** The manifest's text. */
    public String yaml() {
        return keys.entrySet().stream()
                .map(entry -> entry.getKey() + ": " + GSON.toJson(entry.getValue()) + "\n")
                .collect(Collectors.joining());
    }
}
