package dev.holdfast.agent.process;

import java.io.IOException;
import java.io.InputStream;

/** Where bundles come from. */
public interface BundleSource {
    /**
     * The bytes of a bundle from an offset on. A read that fails may be tried again from where it ended.
     *
     * @throws BundleGoneException when there is no such bundle: asking again is of no use
     */
    InputStream open(String digest, long offset) throws IOException;

    /** There is no such bundle. */
    final class BundleGoneException extends IOException {
        private static final long serialVersionUID = 1;

        public BundleGoneException(String message) {
            super(message);
        }
    }
}
