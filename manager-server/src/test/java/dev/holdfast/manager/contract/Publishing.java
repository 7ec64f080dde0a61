package dev.holdfast.manager.contract;

import com.google.protobuf.ByteString;
import dev.holdfast.common.bundle.Bundles;
import dev.holdfast.proto.admin.v1.Image;
import dev.holdfast.proto.admin.v1.ImageServiceGrpc;
import dev.holdfast.proto.admin.v1.PublishImageRequest;
import dev.holdfast.proto.admin.v1.PublishImageRequest.Header;
import dev.holdfast.proto.agent.v1.AgentServiceGrpc;
import dev.holdfast.proto.agent.v1.DownloadBundleRequest;
import io.grpc.ManagedChannel;
import io.grpc.stub.StreamObserver;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.zip.GZIPOutputStream;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveOutputStream;

/** Publishes images as a caller does. */
final class Publishing {
    private Publishing() {}

    static Header header(String tenant, String name, String version, String manifest) {
        return Header.newBuilder()
                .setTenant(tenant)
                .setName(name)
                .setVersion(version)
                .setManifest(manifest)
                .build();
    }

    /** With the digest and size of these bytes. */
    static Header withBundle(Header header, Path bundle) throws IOException {
        return header.toBuilder()
                .setBundleDigest(Bundles.digest(bundle))
                .setBundleSizeBytes(Files.size(bundle))
                .build();
    }

    /** Throws what the manager answers. */
    static Image publish(Calls manager, Header header, byte[]... data) throws Exception {
        CompletableFuture<Image> answer = new CompletableFuture<>();
        StreamObserver<PublishImageRequest> stream = open(manager, answer);
        stream.onNext(PublishImageRequest.newBuilder().setHeader(header).build());
        for (byte[] bytes : data) {
            stream.onNext(PublishImageRequest.newBuilder()
                    .setData(ByteString.copyFrom(bytes))
                    .build());
        }
        stream.onCompleted();
        try {
            return answer.get(10, TimeUnit.SECONDS);
        } catch (ExecutionException e) {
            throw (Exception) e.getCause();
        }
    }

    static StreamObserver<PublishImageRequest> open(Calls manager, CompletableFuture<Image> answer) {
        return ImageServiceGrpc.newStub(manager.channel()).publishImage(new StreamObserver<>() {
            @Override
            public void onNext(Image image) {
                answer.complete(image);
            }

            @Override
            public void onError(Throwable failure) {
                answer.completeExceptionally(failure);
            }

            @Override
            public void onCompleted() {}
        });
    }

    /** As an agent does. */
    static byte[] download(Calls manager, String digest, long offset) throws IOException {
        ManagedChannel channel = RunningManager.channel(manager.agentsPort());
        try {
            ByteArrayOutputStream bytes = new ByteArrayOutputStream();
            var chunks = AgentServiceGrpc.newBlockingStub(channel)
                    .downloadBundle(DownloadBundleRequest.newBuilder()
                            .setDigest(digest)
                            .setOffset(offset)
                            .build());
            while (chunks.hasNext()) {
                chunks.next().getData().writeTo(bytes);
            }
            return bytes.toByteArray();
        } finally {
            channel.shutdownNow();
        }
    }

    /** A .tar.gz with one executable file; no packer would make some of the names. */
    static Path bundle(Path directory, String name, String content) throws IOException {
        Path file = Files.createTempFile(directory, "bundle", ".tar.gz");
        try (TarArchiveOutputStream tar =
                new TarArchiveOutputStream(new GZIPOutputStream(Files.newOutputStream(file)))) {
            byte[] bytes = content.getBytes(StandardCharsets.UTF_8);
            TarArchiveEntry entry = new TarArchiveEntry(name, true);
            entry.setSize(bytes.length);
            entry.setMode(0100755);
            tar.putArchiveEntry(entry);
            tar.write(bytes);
            tar.closeArchiveEntry();
        }
        return file;
    }
}
