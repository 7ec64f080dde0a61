package dev.holdfast.agent.process;

import com.google.gson.FieldNamingPolicy;
import com.google.gson.Gson;
import com.google.gson.GsonBuilder;
import com.google.gson.JsonObject;
import com.google.gson.JsonParseException;
import com.google.gson.TypeAdapter;
import com.google.gson.stream.JsonReader;
import com.google.gson.stream.JsonWriter;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** The managed processes on disk: DIR/ID/state.json each, which outlives the agent. */
public final class ProcessStore {
    private static final Pattern ID = Pattern.compile("[A-Za-z0-9][A-Za-z0-9_-]{0,63}");
    private static final String STATE = "state.json";
    private static final String BOOT_ID = "boot_id";
    private static final Gson GSON = new GsonBuilder()
            .setFieldNamingPolicy(FieldNamingPolicy.LOWER_CASE_WITH_UNDERSCORES)
            .setPrettyPrinting()
            .registerTypeAdapter(Instant.class, new InstantText().nullSafe())
            .create();

    private final Path directory;
    private final String bootId;

    public ProcessStore(Path directory) {
        this(directory, Boot.id());
    }

    /** As on a host that was booted with that random id. */
    ProcessStore(Path directory, String bootId) {
        this.directory = directory;
        this.bootId = bootId;
    }

    /**
     * The process's own directory: state, logs, working directory.
     *
     * @throws ProcessException for an id that cannot be a directory's name
     */
    public Path directory(String processId) {
        if (!ID.matcher(processId).matches()) {
            throw new ProcessException("'" + processId + "' cannot be the id of a process: at most 64 letters, digits,"
                    + " hyphens and underscores can");
        }
        return directory.resolve(processId);
    }

    /** Durable when it returns. */
    public void save(ManagedProcess process) {
        Path own = directory(process.processId());
        JsonObject json = GSON.toJsonTree(process).getAsJsonObject();
        json.addProperty(BOOT_ID, bootId);
        try {
            Files.createDirectories(own);
            DurableFile.write(own.resolve(STATE), GSON.toJson(json).getBytes(StandardCharsets.UTF_8));
        } catch (IOException e) {
            throw new ProcessException(
                    "The state of process " + process.processId() + " cannot be kept in " + own + ": " + e.getMessage(),
                    e);
        }
    }

    /** All that were saved. */
    public List<ManagedProcess> load() {
        List<ManagedProcess> found = new ArrayList<>();
        if (!Files.isDirectory(directory)) {
            return found;
        }
        try (Stream<Path> children = Files.list(directory)) {
            for (Path child : children.sorted().toList()) {
                Path state = child.resolve(STATE);
                if (Files.exists(state)) {
                    found.add(read(state));
                }
            }
        } catch (IOException e) {
            throw new ProcessException("The managed processes cannot be read from " + directory + ": " + e, e);
        }
        return found;
    }

    /** Pids and clock ticks begin anew with every boot: what ran before does not any more. */
    private ManagedProcess read(Path state) throws IOException {
        String text = Files.readString(state);
        try {
            JsonObject json = GSON.fromJson(text, JsonObject.class);
            if (json == null) {
                throw new JsonParseException("it is empty");
            }
            ManagedProcess process = GSON.fromJson(json, ManagedProcess.class);
            boolean sameBoot =
                    !json.has(BOOT_ID) || bootId.equals(json.get(BOOT_ID).getAsString());
            return sameBoot ? process : process.ofEarlierBoot();
        } catch (JsonParseException e) {
            throw new ProcessException(
                    state + " is not the state of a process: " + e.getMessage() + ". Move it away to start without it",
                    e);
        }
    }

    private static final class InstantText extends TypeAdapter<Instant> {
        @Override
        public void write(JsonWriter out, Instant value) throws IOException {
            out.value(value.toString());
        }

        @Override
        public Instant read(JsonReader in) throws IOException {
            return Instant.parse(in.nextString());
        }
    }
}
