package dev.holdfast.cli.image;

import com.google.protobuf.ByteString;
import dev.holdfast.cli.connection.Manager;
import dev.holdfast.cli.output.StatusLine;
import dev.holdfast.cli.output.Words;
import dev.holdfast.proto.admin.v1.Image;
import dev.holdfast.proto.admin.v1.PublishImageRequest;
import io.grpc.Status;
import io.grpc.StatusException;
import io.grpc.stub.BlockingClientCall;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/** Sends an image to the manager, no faster than it takes it. */
final class Upload {
    private static final int CHUNK = 256 * 1024;

    private Upload() {}

    static Image withoutBundle(Manager manager, PublishImageRequest.Header header)
            throws StatusException, InterruptedException {
        BlockingClientCall<PublishImageRequest, Image> call =
                manager.imageUploads().publishImage();
        call.write(PublishImageRequest.newBuilder().setHeader(header).build());
        return answer(call);
    }

    static Image withBundle(Manager manager, PublishImageRequest.Header header, Path file, StatusLine status)
            throws IOException, StatusException, InterruptedException {
        BlockingClientCall<PublishImageRequest, Image> call =
                manager.imageUploads().publishImage();
        boolean wanted =
                call.write(PublishImageRequest.newBuilder().setHeader(header).build());
        long sent = 0;
        try (InputStream in = Files.newInputStream(file)) {
            for (byte[] chunk = in.readNBytes(CHUNK); wanted && chunk.length > 0; chunk = in.readNBytes(CHUNK)) {
                wanted = call.write(PublishImageRequest.newBuilder()
                        .setData(ByteString.copyFrom(chunk))
                        .build());
                sent += chunk.length;
                status.show("uploading %s of %s (%d %%)"
                        .formatted(
                                Words.bytes(sent),
                                Words.bytes(header.getBundleSizeBytes()),
                                100 * sent / header.getBundleSizeBytes()));
            }
        }
        return answer(call);
    }

    /** A refusal comes here, also one that came before everything was sent. */
    private static Image answer(BlockingClientCall<PublishImageRequest, Image> call)
            throws StatusException, InterruptedException {
        call.halfClose();
        @Nullable Image image = call.read();
        if (image == null) {
            throw Status.INTERNAL
                    .withDescription("the manager ended the upload without an answer")
                    .asException();
        }
        return image;
    }
}
