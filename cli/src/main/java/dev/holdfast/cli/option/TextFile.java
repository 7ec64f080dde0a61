package dev.holdfast.cli.option;

import dev.holdfast.cli.failure.CliException;
import java.io.IOException;
import java.nio.charset.MalformedInputException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Reads a file that is named on the command line. */
public final class TextFile {
    private TextFile() {}

    /**
     * Its text, which is YAML.
     *
     * @param what it is to be: "a manifest"
     */
    public static String yaml(Path file, String what) throws IOException {
        if (Files.isDirectory(file)) {
            throw CliException.usage(file + ": is a directory; " + what + " is a YAML file");
        }
        try {
            return Files.readString(file);
        } catch (MalformedInputException _) {
            throw CliException.usage(file + ": is not UTF-8 text; " + what + " is YAML");
        }
    }
}
