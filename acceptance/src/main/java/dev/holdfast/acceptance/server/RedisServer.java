package dev.holdfast.acceptance.server;

import dev.holdfast.acceptance.load.Protocol;
import dev.holdfast.acceptance.load.Resp;
import dev.holdfast.acceptance.process.Installed;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Redis, from the 6.2 in the embedded-redis jar to the installed one; where none is installed, to the same again.
 *
 * @param persistent whether it saves its keys when it is asked to end, and loads them when it starts
 */
public record RedisServer(boolean persistent) implements RealServer {
    private static final String EMBEDDED = "/redis-server-6.2.6-v5-linux-amd64";
    private static final String EMBEDDED_VERSION = "6.2.6";
    private static final Pattern INSTALLED_VERSION = Pattern.compile("v=([0-9.]+)");

    public RedisServer() {
        this(false);
    }

    @Override
    public String name() {
        return "redis";
    }

    @Override
    public Optional<String> missing() {
        return System.getProperty("os.arch").equals("amd64")
                ? Optional.empty()
                : Optional.of("the embedded redis-server is for x86-64 only");
    }

    @Override
    public ServerImage image(Version version, Listen listen, Path work) throws IOException {
        Optional<Path> installed = version == Version.B ? Installed.find("redis-server") : Optional.empty();
        if (installed.isPresent()) {
            String program = installed.get().toString();
            return image(installedVersion(program), program, null, listen, work);
        }
        String label = version == Version.A ? EMBEDDED_VERSION : EMBEDDED_VERSION + "-again";
        BundleDirectory bundle = BundleDirectory.in(work, label);
        Path program = bundle.put(EMBEDDED, "bin/redis-server");
        if (!program.toFile().setExecutable(true, false)) {
            throw new IOException("cannot make " + program + " executable");
        }
        return image(label, "bin/redis-server", bundle.path(), listen, work);
    }

    private ServerImage image(String label, String program, @Nullable Path bundle, Listen listen, Path work) {
        List<String> exec = new ArrayList<>(List.of(program));
        exec.addAll(List.of("--bind", listen.host(), "--port", String.valueOf(listen.port())));
        exec.addAll(List.of("--tcp-backlog", "4096", "--maxclients", "16000", "--protected-mode", "no"));
        exec.addAll(List.of("--dir", work.toString(), "--appendonly", "no"));
        // Redis 6.2 takes seconds and changes as two arguments only.
        exec.addAll(persistent ? List.of("--save", "3600", "1") : List.of("--save", ""));
        exec.addAll(List.of("--syslog-ident", label));
        ManifestText manifest = ManifestText.of(exec, listen, spoken());
        return new ServerImage(
                label,
                persistent ? manifest.with("stop", Map.of("signal", "TERM", "within", "10s")) : manifest,
                bundle);
    }

    private static String installedVersion(String program) {
        Matcher version = INSTALLED_VERSION.matcher(Installed.output(List.of(program, "--version")));
        return version.find() ? version.group(1) : "installed";
    }

    @Override
    public Protocol protocol() {
        return new Resp();
    }

    @Override
    public String spoken() {
        return "resp";
    }
}
