package dev.holdfast.manager.api;

import dev.holdfast.manager.fleet.ImageName;
import dev.holdfast.manager.fleet.Lookup;
import dev.holdfast.manager.store.Database;
import dev.holdfast.manager.store.ImageRow;
import dev.holdfast.proto.admin.v1.GetImageRequest;
import dev.holdfast.proto.admin.v1.Image;
import dev.holdfast.proto.admin.v1.ImageServiceGrpc;
import dev.holdfast.proto.admin.v1.ListImagesRequest;
import dev.holdfast.proto.admin.v1.ListImagesResponse;
import dev.holdfast.proto.admin.v1.PublishImageRequest;
import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.StreamObserver;
import java.util.List;

final class ImageApi extends ImageServiceGrpc.ImageServiceImplBase {
    private final Database database;
    private final Publisher publisher;

    ImageApi(Database database, Publisher publisher) {
        this.database = database;
        this.publisher = publisher;
    }

    @Override
    public StreamObserver<PublishImageRequest> publishImage(StreamObserver<Image> caller) {
        Publication publication = new Publication(publisher, caller);
        ((ServerCallStreamObserver<Image>) caller).setOnCancelHandler(publication::close);
        return publication;
    }

    @Override
    public void getImage(GetImageRequest request, StreamObserver<Image> caller) {
        ImageName name = new ImageName(request.getTenant(), request.getName(), request.getVersion());
        Answer.with(caller, message(database.ask(tx -> Lookup.image(tx, name))));
    }

    @Override
    public void listImages(ListImagesRequest request, StreamObserver<ListImagesResponse> caller) {
        Paging page = Paging.of(request.getPage());
        long after = page.after(0L, Long::valueOf);
        List<ImageRow> found = database.ask(tx -> tx.images()
                .list(
                        Lookup.tenant(tx, request.getTenant()).id(),
                        Fields.textOrNull(request.getName()),
                        after,
                        page.limit()));
        ListImagesResponse.Builder response =
                ListImagesResponse.newBuilder().setNextPageToken(page.nextToken(found, ImageRow::id));
        page.shown(found).forEach(image -> response.addImages(message(image)));
        Answer.with(caller, response.build());
    }

    static Image message(ImageRow image) {
        return Image.newBuilder()
                .setTenant(image.tenant())
                .setName(image.name())
                .setVersion(image.version())
                .setManifest(image.manifest())
                .setBundleDigest(image.bundleDigest() == null ? "" : image.bundleDigest())
                .setBundleSizeBytes(image.bundleSizeBytes())
                .setCreateTime(Times.of(image.createTime()))
                .build();
    }
}
