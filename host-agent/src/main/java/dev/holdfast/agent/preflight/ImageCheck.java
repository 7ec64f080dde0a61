package dev.holdfast.agent.preflight;

import dev.holdfast.agent.process.ProcessException;
import dev.holdfast.common.yaml.YamlException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** Whether the new image can be started on this host, as far as that is known before its bundle is here. */
final class ImageCheck implements Check {
    @Override
    public String name() {
        return "image";
    }

    @Override
    public List<Finding> look(Subject subject) {
        try {
            Optional<Path> program = subject.servers().program(subject.image());
            if (program.isEmpty()) {
                return List.of(Finding.passed(
                        name(), "the manifest is understood; the bundle is not on this host yet and will be fetched"));
            }
            if (!Elf.isUsable(program.get())) {
                return List.of(Finding.refused(
                        name(), program.get() + " is no program for x86-64 in 64 bits: publish one that is"));
            }
            return List.of(Finding.passed(name(), subject.image() + " can be started here"));
        } catch (YamlException | ProcessException e) {
            return List.of(Finding.refused(name(), String.valueOf(e.getMessage())));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
