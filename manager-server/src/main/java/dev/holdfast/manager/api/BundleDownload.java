package dev.holdfast.manager.api;

import com.google.protobuf.ByteString;
import com.google.protobuf.UnsafeByteOperations;
import dev.holdfast.manager.refusal.RefusedException;
import dev.holdfast.manager.site.SiteStorage;
import dev.holdfast.proto.agent.v1.DownloadBundleRequest;
import dev.holdfast.proto.agent.v1.DownloadBundleResponse;
import io.grpc.stub.ServerCallStreamObserver;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.NoSuchFileException;

/** Sends a bundle's bytes as fast as the agent takes them. */
final class BundleDownload {
    private static final int CHUNK = 256 * 1024;

    private final FileChannel bundle;
    private final ServerCallStreamObserver<DownloadBundleResponse> agent;
    private boolean ended;

    private BundleDownload(FileChannel bundle, ServerCallStreamObserver<DownloadBundleResponse> agent) {
        this.bundle = bundle;
        this.agent = agent;
    }

    static void start(
            SiteStorage site, DownloadBundleRequest request, ServerCallStreamObserver<DownloadBundleResponse> agent) {
        try {
            BundleDownload download = new BundleDownload(open(site, request), agent);
            agent.setOnReadyHandler(download::send);
            agent.setOnCancelHandler(download::close);
            download.send();
        } catch (NoSuchFileException e) {
            throw RefusedException.unknown(
                    "bundle",
                    request.getDigest(),
                    "there is no bundle " + request.getDigest() + " in the site storage");
        } catch (IOException e) {
            throw new UncheckedIOException("bundle " + request.getDigest() + " cannot be read", e);
        }
    }

    private static FileChannel open(SiteStorage site, DownloadBundleRequest request) throws IOException {
        FileChannel bundle = site.open(request.getDigest());
        if (request.getOffset() < 0 || request.getOffset() > bundle.size()) {
            long size = bundle.size();
            bundle.close();
            throw RefusedException.invalid("offset", "the bundle has " + size + " bytes; begin again from 0");
        }
        return bundle.position(request.getOffset());
    }

    private void send() {
        try {
            while (agent.isReady() && !ended) {
                ByteBuffer chunk = ByteBuffer.allocate(CHUNK);
                if (bundle.read(chunk) < 0) {
                    close();
                    agent.onCompleted();
                } else {
                    ByteString data = UnsafeByteOperations.unsafeWrap(chunk.flip());
                    agent.onNext(
                            DownloadBundleResponse.newBuilder().setData(data).build());
                }
            }
        } catch (IOException e) {
            close();
            throw new UncheckedIOException("a bundle cannot be read", e);
        }
    }

    private void close() {
        ended = true;
        try {
            bundle.close();
        } catch (IOException e) {
            throw new UncheckedIOException("a bundle cannot be closed", e);
        }
    }
}
