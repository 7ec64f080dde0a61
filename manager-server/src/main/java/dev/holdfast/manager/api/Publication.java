package dev.holdfast.manager.api;

import dev.holdfast.manager.refusal.RefusedException;
import dev.holdfast.manager.site.Upload;
import dev.holdfast.proto.admin.v1.Image;
import dev.holdfast.proto.admin.v1.PublishImageRequest;
import io.grpc.stub.StreamObserver;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/** One PublishImage call: a header, then the bundle's bytes. Whatever ends it early leaves nothing behind. */
final class Publication implements StreamObserver<PublishImageRequest> {
    private final Publisher publisher;
    private final StreamObserver<Image> caller;
    private @Nullable Header header;
    private @Nullable Upload upload;

    Publication(Publisher publisher, StreamObserver<Image> caller) {
        this.publisher = publisher;
        this.caller = caller;
    }

    @Override
    public void onNext(PublishImageRequest request) {
        try {
            switch (request.getMessageCase()) {
                case HEADER -> begin(request.getHeader());
                case DATA -> write(request.getData().asReadOnlyByteBuffer());
                case MESSAGE_NOT_SET -> throw RefusedException.invalid("message", "it is neither a header nor data");
            }
        } catch (IOException e) {
            close();
            throw new UncheckedIOException("the bundle cannot be written to the site storage", e);
        } catch (RuntimeException e) {
            close();
            throw e;
        }
    }

    private void begin(PublishImageRequest.Header message) throws IOException {
        if (header != null) {
            throw RefusedException.invalid("header", "it comes once, first");
        }
        header = publisher.check(message);
        upload = publisher.receive();
    }

    private void write(ByteBuffer data) throws IOException {
        if (header == null || upload == null) {
            throw RefusedException.invalid("header", "it must come before the data");
        }
        long size = upload.size() + data.remaining();
        if (size > header.sizeBytes()) {
            throw RefusedException.invalid(
                    "bundle_size_bytes",
                    "more came than the " + header.sizeBytes()
                            + " bytes that were announced; send a bundle's digest and" + " size in the header");
        }
        upload.write(data);
    }

    @Override
    public void onCompleted() {
        try {
            if (header == null || upload == null) {
                throw RefusedException.invalid("header", "the stream ended without one");
            }
            Answer.with(caller, ImageApi.message(publisher.publish(header, upload)));
        } catch (IOException e) {
            throw new UncheckedIOException("the bundle cannot be kept in the site storage", e);
        } finally {
            close();
        }
    }

    @Override
    public void onError(Throwable broken) {
        close();
    }

    void close() {
        if (upload != null) {
            try {
                upload.close();
            } catch (IOException e) {
                throw new UncheckedIOException("what came of the bundle cannot be deleted", e);
            }
        }
    }
}
