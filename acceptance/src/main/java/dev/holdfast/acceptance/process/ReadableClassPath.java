package dev.holdfast.acceptance.process;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Our class path at a place where every user can read it, as our own is often in a home directory. */
final class ReadableClassPath {
    private ReadableClassPath() {}

    static String copy(Path directory) throws IOException {
        List<String> copies = new ArrayList<>();
        for (String element : System.getProperty("java.class.path").split(File.pathSeparator, -1)) {
            Path from = Path.of(element);
            if (Files.exists(from)) {
                Path to = directory.resolve(copies.size() + "-" + from.getFileName());
                DirectoryTree.copy(from, to);
                copies.add(to.toString());
            }
        }
        return String.join(File.pathSeparator, copies);
    }
}
