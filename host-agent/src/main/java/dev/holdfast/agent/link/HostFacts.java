package dev.holdfast.agent.link;

import com.google.common.net.InetAddresses;
import dev.holdfast.proto.agent.v1.Registration;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.NetworkInterface;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/** What an agent tells about its host. */
public final class HostFacts {
    private HostFacts() {}

    /** Made anew for every connection: addresses come and go. */
    public static Registration registration(String agentId, String name, Map<String, String> labels) {
        try {
            return Registration.newBuilder()
                    .setAgentId(agentId)
                    .setName(name)
                    .addAllAddresses(addresses())
                    .setKernel(line("/proc/sys/kernel/osrelease"))
                    .setCores(Runtime.getRuntime().availableProcessors())
                    .setMemoryBytes(memoryBytes())
                    .setAgentVersion(version())
                    .putAllLabels(labels)
                    .build();
        } catch (IOException e) {
            throw new UncheckedIOException("/proc cannot be read", e);
        }
    }

    public static String hostname() throws IOException {
        return line("/proc/sys/kernel/hostname");
    }

    /** Of all interfaces, loopback ones too, without the scope of link-local ones. */
    private static List<String> addresses() throws IOException {
        return NetworkInterface.networkInterfaces()
                .flatMap(NetworkInterface::inetAddresses)
                .map(InetAddresses::toAddrString)
                .map(address -> address.replaceFirst("%.*", ""))
                .distinct()
                .sorted()
                .toList();
    }

    /** MemTotal of proc_meminfo(5), which is in kibibytes. */
    private static long memoryBytes() throws IOException {
        return Files.readAllLines(Path.of("/proc/meminfo")).stream()
                .filter(line -> line.startsWith("MemTotal:"))
                .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")) * 1024)
                .findFirst()
                .orElse(0);
    }

    private static String version() {
        String version = HostFacts.class.getPackage().getImplementationVersion();
        return version == null ? "development" : version;
    }

    private static String line(String file) throws IOException {
        return Files.readString(Path.of(file)).strip();
    }
}
