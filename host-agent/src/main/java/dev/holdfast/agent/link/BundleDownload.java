package dev.holdfast.agent.link;

import dev.holdfast.agent.process.BundleSource;
import dev.holdfast.proto.agent.v1.AgentServiceGrpc;
import dev.holdfast.proto.agent.v1.DownloadBundleRequest;
import dev.holdfast.proto.agent.v1.DownloadBundleResponse;
import io.grpc.Context;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.util.Iterator;

/** Bundles from the manager that the agent is with; any has them all. */
public final class BundleDownload implements BundleSource {
    private final Managers managers;

    public BundleDownload(Managers managers) {
        this.managers = managers;
    }

    @Override
    public InputStream open(String digest, long offset) {
        return new Download(digest, offset);
    }

    /** Pulls one message after the other; the call is cancelled when it is closed before its end. */
    private final class Download extends InputStream {
        private final Context.CancellableContext context = Context.current().withCancellation();
        private final Iterator<DownloadBundleResponse> messages;
        private ByteBuffer data = ByteBuffer.allocate(0);

        Download(String digest, long offset) {
            DownloadBundleRequest request = DownloadBundleRequest.newBuilder()
                    .setDigest(digest)
                    .setOffset(offset)
                    .build();
            Context before = context.attach();
            try {
                messages = AgentServiceGrpc.newBlockingStub(managers.current().channel())
                        .downloadBundle(request);
            } finally {
                context.detach(before);
            }
        }

        @Override
        public int read() throws IOException {
            byte[] one = new byte[1];
            return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
        }

        @Override
        public int read(byte[] into, int offset, int length) throws IOException {
            try {
                while (!data.hasRemaining()) {
                    if (!messages.hasNext()) {
                        return -1;
                    }
                    data = messages.next().getData().asReadOnlyByteBuffer();
                }
            } catch (StatusRuntimeException e) {
                throw failure(e.getStatus());
            }
            int count = Math.min(length, data.remaining());
            data.get(into, offset, count);
            return count;
        }

        @Override
        public void close() {
            context.cancel(null);
        }
    }

    private static IOException failure(Status status) {
        String text =
                status.getDescription() == null ? "the manager answered " + status.getCode() : status.getDescription();
        return switch (status.getCode()) {
            case NOT_FOUND, INVALID_ARGUMENT, OUT_OF_RANGE -> new BundleGoneException(text);
            default -> new IOException(text);
        };
    }
}
