package dev.holdfast.common.bundle;

import java.nio.charset.StandardCharsets;

/** Names of entries as they come from strangers. */
final class BundlePath {
    /** NAME_MAX of Linux's file systems. */
    private static final int MAX_NAME_BYTES = 255;
    /** PATH_MAX, less what the directory it is unpacked to may need. */
    private static final int MAX_PATH_BYTES = 3072;

    private BundlePath() {}

    /** The name without "./" and a trailing "/": "" for the bundle itself. */
    static String normal(String name) throws BundleException {
        if (name.startsWith("/")) {
            throw refused(name, "is absolute; the paths of a bundle are relative to it");
        }
        StringBuilder path = new StringBuilder();
        for (String step : name.split("/", -1)) {
            if (step.equals("..")) {
                throw refused(name, "leaves the bundle by ..; paths must stay in it");
            }
            if (step.indexOf('\0') >= 0 || step.getBytes(StandardCharsets.UTF_8).length > MAX_NAME_BYTES) {
                throw refused(name, "is not a name that a file can have (255 bytes at the most, no NUL)");
            }
            if (!step.isEmpty() && !step.equals(".")) {
                path.append(path.isEmpty() ? "" : "/").append(step);
            }
        }
        if (path.toString().getBytes(StandardCharsets.UTF_8).length > MAX_PATH_BYTES) {
            throw refused(name, "is longer than " + MAX_PATH_BYTES + " bytes");
        }
        return path.toString();
    }

    static BundleException refused(String name, String problem) {
        String shown = name.length() > 200 ? name.substring(0, 200) + "…" : name;
        return new BundleException(
                "the bundle is refused: entry '" + shown.replaceAll("\\p{Cntrl}", "?") + "' " + problem);
    }
}
