package dev.holdfast.common.text;

import java.io.IOException;
import java.net.UnknownHostException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import java.util.Optional;
import java.util.regex.Pattern;

/** What the system said of a failed call, in words for users. */
public final class Reasons {
    /** How Netty's native transport introduces what the system says. */
    private static final Pattern NATIVE_CALL = Pattern.compile("^\\w+\\(\\.\\.\\) failed with error\\(-\\d+\\): ");

    private Reasons() {}

    /** The innermost cause's message, without what libraries wrapped around it. */
    public static String root(Throwable thrown) {
        Throwable root = thrown;
        for (Throwable cause = thrown.getCause(); cause != null; cause = cause.getCause()) {
            root = cause;
        }
        if (root instanceof UnknownHostException) {
            return "unknown host " + root.getMessage();
        }
        String told =
                Optional.ofNullable(root.getMessage()).orElse(root.getClass().getSimpleName());
        return NATIVE_CALL.matcher(told).replaceFirst("");
    }

    /** Java's messages of these are often nothing but the file's name. */
    public static String of(IOException failure) {
        return switch (failure) {
            case NoSuchFileException missing -> "there is no file or directory " + missing.getFile();
            case AccessDeniedException denied -> "no permission for " + denied.getFile();
            case FileAlreadyExistsException other -> other.getFile() + " is there already and is something else";
            case FileSystemException file ->
                file.getFile() + ": " + Optional.ofNullable(file.getReason()).orElse("cannot be used");
            default ->
                Optional.ofNullable(failure.getMessage())
                        .orElse(failure.getClass().getSimpleName());
        };
    }
}
