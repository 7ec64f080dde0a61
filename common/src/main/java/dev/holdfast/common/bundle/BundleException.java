package dev.holdfast.common.bundle;

import java.io.IOException;

/** A bundle that is refused. The message is one line: what is wrong and what would be right. */
public final class BundleException extends IOException {
    BundleException(String message) {
        super(message);
    }

    BundleException(String message, Throwable cause) {
        super(message, cause);
    }
}
