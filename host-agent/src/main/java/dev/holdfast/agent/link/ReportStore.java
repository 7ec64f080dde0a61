package dev.holdfast.agent.link;

import dev.holdfast.agent.process.DurableFile;
import dev.holdfast.proto.agent.v1.CycleReport;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Reports of cycles that the manager has not acknowledged yet: one file each, in protobuf's binary form. */
public final class ReportStore {
    private static final Logger LOG = LoggerFactory.getLogger(ReportStore.class);
    private static final Pattern ID = Pattern.compile("[A-Za-z0-9][A-Za-z0-9_-]{0,63}");
    private static final String SUFFIX = ".report";

    private final Path directory;

    public ReportStore(Path directory) throws IOException {
        this.directory = Files.createDirectories(directory);
    }

    /** Durable when it returns. */
    void save(CycleReport report) {
        try {
            DurableFile.write(file(report.getCycleId()), report.toByteArray());
        } catch (IOException e) {
            throw new UncheckedIOException("the report of cycle " + report.getCycleId() + " cannot be kept", e);
        }
    }

    void delete(String cycleId) {
        try {
            Files.deleteIfExists(file(cycleId));
        } catch (IOException e) {
            throw new UncheckedIOException("the report of cycle " + cycleId + " cannot be removed", e);
        }
    }

    Optional<CycleReport> find(String cycleId) {
        Path file = file(cycleId);
        return Files.exists(file) ? Optional.of(read(file)) : Optional.empty();
    }

    List<CycleReport> all() {
        List<CycleReport> reports = new ArrayList<>();
        try (Stream<Path> files = Files.list(directory)) {
            for (Path file : files.filter(each -> each.toString().endsWith(SUFFIX))
                    .sorted()
                    .toList()) {
                readable(file).ifPresent(reports::add);
            }
        } catch (IOException e) {
            throw new UncheckedIOException("reports cannot be read from " + directory, e);
        }
        return reports;
    }

    /** One that is damaged must not keep the agent from its manager. */
    private static Optional<CycleReport> readable(Path file) {
        try {
            return Optional.of(read(file));
        } catch (UncheckedIOException e) {
            LOG.error("{}; it is left where it is", e.getMessage(), e);
            return Optional.empty();
        }
    }

    private static CycleReport read(Path file) {
        try {
            return CycleReport.parseFrom(Files.readAllBytes(file));
        } catch (IOException e) {
            throw new UncheckedIOException(file + " cannot be read", e);
        }
    }

    private Path file(String cycleId) {
        if (!ID.matcher(cycleId).matches()) {
            throw new IllegalArgumentException("'" + cycleId + "' cannot be the id of a cycle");
        }
        return directory.resolve(cycleId + SUFFIX);
    }
}
