package dev.holdfast.agent.link;

import dev.holdfast.agent.process.DurableFile;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.UUID;

/** Who this agent is to the manager, also after a restart or under another name. */
public final class AgentId {
    private AgentId() {}

    /**
     * Reads the id, making it the first time.
     *
     * @throws IOException when it cannot be kept, or is damaged
     */
    public static String of(Path dataDir) throws IOException {
        Path file = dataDir.resolve("agent-id");
        if (!Files.exists(file)) {
            DurableFile.write(file, (UUID.randomUUID() + "\n").getBytes(StandardCharsets.US_ASCII));
        }
        String text = Files.readString(file).strip();
        try {
            return UUID.fromString(text).toString();
        } catch (IllegalArgumentException e) {
            throw new IOException(
                    file + " holds no UUID: bring back what it held, or remove it to be a new host to the manager", e);
        }
    }
}
