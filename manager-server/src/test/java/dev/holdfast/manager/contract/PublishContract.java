package dev.holdfast.manager.contract;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import com.google.protobuf.ByteString;
import dev.holdfast.proto.admin.v1.GetImageRequest;
import dev.holdfast.proto.admin.v1.Image;
import dev.holdfast.proto.admin.v1.ListImagesRequest;
import dev.holdfast.proto.admin.v1.PublishImageRequest;
import dev.holdfast.proto.admin.v1.PublishImageRequest.Header;
import io.grpc.Status;
import io.grpc.Status.Code;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Publishing of images, and what becomes of their bundles. */
interface PublishContract extends Fixture {
    String IN_BUNDLE = """
            exec: ["bin/server"]
            ports: [8080]
            """;

    @Test
    default void aBundleGoesInAndComesOutTheSame(@TempDir Path directory) throws Exception {
        Bench bench = new Bench(manager());
        Path bundle = Publishing.bundle(directory, "bin/server", "x".repeat(3_000_000));
        byte[] bytes = Files.readAllBytes(bundle);
        Header header = Publishing.withBundle(header(bench, IN_BUNDLE), bundle);
        int half = bytes.length / 2;
        Image image = Publishing.publish(
                manager(), header, Arrays.copyOf(bytes, half), Arrays.copyOfRange(bytes, half, bytes.length));
        assertThat(image.getBundleDigest()).isEqualTo(header.getBundleDigest());
        assertThat(Publishing.publish(manager(), header, bytes)).isEqualTo(image);
        assertThat(manager()
                        .images()
                        .listImages(ListImagesRequest.newBuilder()
                                .setTenant(bench.tenant)
                                .build())
                        .getImagesList())
                .containsExactly(image);
        assertThat(download(header.getBundleDigest(), 0)).isEqualTo(bytes);
        assertThat(download(header.getBundleDigest(), half)).isEqualTo(Arrays.copyOfRange(bytes, half, bytes.length));
        assertThat(leftovers()).isEmpty();
    }

    @Test
    default void publishingAgainRepairsALostBundle(@TempDir Path directory) throws Exception {
        Bench bench = new Bench(manager());
        Path bundle = Publishing.bundle(directory, "bin/server", "lost " + bench.tenant);
        byte[] bytes = Files.readAllBytes(bundle);
        Header header = Publishing.withBundle(header(bench, IN_BUNDLE), bundle);
        Image image = Publishing.publish(manager(), header, bytes);
        Files.delete(stored(header));
        assertThat(Publishing.publish(manager(), header, bytes)).isEqualTo(image);
        assertThat(download(header.getBundleDigest(), 0)).isEqualTo(bytes);
    }

    @Test
    default void oneBundleIsPublishedByManyAtTheSameTime(@TempDir Path directory) throws Exception {
        Bench bench = new Bench(manager());
        Path bundle = Publishing.bundle(directory, "bin/server", "many " + bench.tenant);
        byte[] bytes = Files.readAllBytes(bundle);
        List<Callable<Image>> calls = new ArrayList<>();
        for (int i = 0; i < 12; i++) {
            Header header =
                    Publishing.withBundle(Publishing.header(bench.tenant, "web", "v" + i % 3, IN_BUNDLE), bundle);
            calls.add(() -> Publishing.publish(manager(), header, bytes));
        }
        try (ExecutorService callers = Executors.newFixedThreadPool(calls.size())) {
            for (Future<Image> call : callers.invokeAll(calls)) {
                assertThat(download(call.get().getBundleDigest(), 0)).isEqualTo(bytes);
            }
        }
        assertThat(manager()
                        .images()
                        .listImages(ListImagesRequest.newBuilder()
                                .setTenant(bench.tenant)
                                .build())
                        .getImagesList())
                .extracting(Image::getVersion)
                .containsExactlyInAnyOrder("v0", "v1", "v2");
        assertThat(leftovers()).isEmpty();
    }

    /** As a kill leaves it that comes between keeping a bundle and writing its image. */
    @Test
    default void aRestartDropsWhatNoImageCameToReferTo(@TempDir Path directory) throws Exception {
        Bench bench = new Bench(manager());
        Path bundle = Publishing.bundle(directory, "bin/server", "kept " + bench.tenant);
        byte[] bytes = Files.readAllBytes(bundle);
        Header kept = Publishing.withBundle(header(bench, IN_BUNDLE), bundle);
        Publishing.publish(manager(), kept, bytes);
        Path orphan = Publishing.bundle(directory, "bin/server", "orphan " + bench.tenant);
        Header unpublished = Publishing.withBundle(header(bench, IN_BUNDLE), orphan);
        Files.createDirectories(stored(unpublished).getParent());
        Files.copy(orphan, stored(unpublished));
        for (Header header : List.of(kept, unpublished)) {
            Path place = stored(header);
            Files.createLink(incoming().resolve(place.getFileName()), place);
        }
        manager().restart();
        assertThat(leftovers()).isEmpty();
        assertThat(stored(unpublished)).doesNotExist();
        assertThat(download(kept.getBundleDigest(), 0)).isEqualTo(bytes);
    }

    private Path stored(Header header) {
        String hex = header.getBundleDigest().substring("sha256:".length());
        return manager().dataDir().resolve("site/sha256/" + hex.substring(0, 2) + "/" + hex + ".tar.gz");
    }

    @Test
    default void anotherContentOfAVersionIsRefused() throws Exception {
        Bench bench = Bench.withShop(manager());
        Refused refused = Refused.by(
                Code.ALREADY_EXISTS,
                () -> Publishing.publish(
                        manager(),
                        Publishing.header(bench.tenant, "shop", "1", Bench.MANIFEST.replace("8080", "8081"))));
        assertThat(refused.message()).contains("versions do not change");
    }

    @Test
    default void anUnknownTenantAndBadNamesAreRefused() throws Exception {
        Header right = header(new Bench(manager()), Bench.MANIFEST);
        refused(Code.NOT_FOUND, right.toBuilder().setTenant("nobody"));
        refused(Code.INVALID_ARGUMENT, right.toBuilder().setName("Shop_1")).field("name", "Shop_1");
        refused(Code.INVALID_ARGUMENT, right.toBuilder().setVersion("1/2")).field("version", "1/2");
        refused(
                        Code.INVALID_ARGUMENT,
                        right.toBuilder().setBundleDigest("md5:1").setBundleSizeBytes(1))
                .field("bundle_digest", "sha256:");
        refused(Code.INVALID_ARGUMENT, right.toBuilder().setBundleSizeBytes(1)).field("bundle_size_bytes", "digest");
    }

    @Test
    default void aBadManifestIsRefusedWithItsPlace() throws Exception {
        Bench bench = new Bench(manager());
        refused(Code.INVALID_ARGUMENT, header(bench, Bench.MANIFEST + "redy: {tcp: 1}\n").toBuilder())
                .field("manifest", "line 3, column 1", "redy", "ready");
        refused(Code.INVALID_ARGUMENT, header(bench, IN_BUNDLE).toBuilder())
                .field("manifest", "bin/server", "--bundle");
    }

    @Test
    default void whatDoesNotArriveWholeIsNotStored(@TempDir Path directory) throws Exception {
        Bench bench = new Bench(manager());
        Path bundle = Publishing.bundle(directory, "bin/server", bench.tenant);
        byte[] bytes = Files.readAllBytes(bundle);
        Header right = Publishing.withBundle(header(bench, IN_BUNDLE), bundle);
        byte[] cut = Arrays.copyOf(bytes, bytes.length - 1);
        byte[] changed = bytes.clone();
        changed[20]++;
        Refused.by(Code.INVALID_ARGUMENT, () -> Publishing.publish(manager(), right, cut))
                .field("bundle_size_bytes", "cut short", bytes.length - 1 + " of " + bytes.length);
        Refused.by(Code.INVALID_ARGUMENT, () -> Publishing.publish(manager(), right, bytes, new byte[1]))
                .field("bundle_size_bytes", "more came");
        Refused.by(Code.INVALID_ARGUMENT, () -> Publishing.publish(manager(), right, changed))
                .field("bundle_digest", right.getBundleDigest());
        nothingIsLeft(right);
    }

    @Test
    default void anUploadThatIsBrokenOffLeavesNothing(@TempDir Path directory) throws Exception {
        Path bundle = Publishing.bundle(directory, "bin/server", "broken off");
        Header header = Publishing.withBundle(header(new Bench(manager()), IN_BUNDLE), bundle);
        CompletableFuture<Image> answer = new CompletableFuture<>();
        var stream = Publishing.open(manager(), answer);
        stream.onNext(PublishImageRequest.newBuilder().setHeader(header).build());
        stream.onNext(PublishImageRequest.newBuilder()
                .setData(ByteString.copyFromUtf8("a beginning"))
                .build());
        Awaitility.await().until(() -> !leftovers().isEmpty());
        stream.onError(Status.CANCELLED.asRuntimeException());
        Awaitility.await().untilAsserted(() -> nothingIsLeft(header));
    }

    @Test
    default void aBundleThatReachesOutIsRefused(@TempDir Path directory) throws Exception {
        Bench bench = new Bench(manager());
        Path evil = Publishing.bundle(directory, "../server", "evil " + bench.tenant);
        Header header = Publishing.withBundle(header(bench, Bench.MANIFEST), evil);
        Refused.by(Code.INVALID_ARGUMENT, () -> Publishing.publish(manager(), header, Files.readAllBytes(evil)))
                .field("bundle", "../server");
        nothingIsLeft(header);
    }

    @Test
    default void anExecThatIsNotInTheBundleIsRefused(@TempDir Path directory) throws Exception {
        Bench bench = new Bench(manager());
        Path bundle = Publishing.bundle(directory, "bin/serve", "other " + bench.tenant);
        Header header = Publishing.withBundle(header(bench, IN_BUNDLE), bundle);
        Refused.by(Code.INVALID_ARGUMENT, () -> Publishing.publish(manager(), header, Files.readAllBytes(bundle)))
                .field("manifest", "'bin/server' is not a file of the bundle", "bin/serve?");
        nothingIsLeft(header);
    }

    private Header header(Bench bench, String manifest) {
        return Publishing.header(bench.tenant, "web", "1", manifest);
    }

    private Refused refused(Code code, Header.Builder header) {
        return Refused.by(code, () -> Publishing.publish(manager(), header.build()));
    }

    private void nothingIsLeft(Header header) throws IOException {
        assertThat(leftovers()).isEmpty();
        Refused.by(
                Code.NOT_FOUND,
                () -> manager()
                        .images()
                        .getImage(GetImageRequest.newBuilder()
                                .setTenant(header.getTenant())
                                .setName(header.getName())
                                .setVersion(header.getVersion())
                                .build()));
        assertThat(Status.fromThrowable(catchThrowable(() -> download(header.getBundleDigest(), 0)))
                        .getCode())
                .isEqualTo(Code.NOT_FOUND);
    }

    private List<Path> leftovers() throws IOException {
        try (Stream<Path> files = Files.list(incoming())) {
            return files.toList();
        }
    }

    private Path incoming() throws IOException {
        String owner = Files.readString(manager().dataDir().resolve("site-owner"));
        return manager().dataDir().resolve("site/incoming").resolve(owner);
    }

    private byte[] download(String digest, long offset) throws IOException {
        return Publishing.download(manager(), digest, offset);
    }
}
