package dev.holdfast.common.bundle;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;

/** Gives no more than was allowed: a few compressed bytes can claim gigabytes of headers or names. */
final class MeteredInputStream extends FilterInputStream {
    private long allowed;

    MeteredInputStream(InputStream in) {
        super(in);
    }

    void allow(long bytes) {
        allowed = bytes;
    }

    @Override
    public int read() throws IOException {
        int b = super.read();
        spend(b < 0 ? 0 : 1);
        return b;
    }

    @Override
    public int read(byte[] bytes, int off, int len) throws IOException {
        int n = super.read(bytes, off, len);
        spend(Math.max(0, n));
        return n;
    }

    @Override
    public long skip(long n) throws IOException {
        long skipped = super.skip(n);
        spend(skipped);
        return skipped;
    }

    private void spend(long bytes) throws BundleException {
        allowed -= bytes;
        if (allowed < 0) {
            throw new BundleException(
                    "the bundle is refused: it has an entry whose header, or padding, is longer than 1 MiB");
        }
    }
}
