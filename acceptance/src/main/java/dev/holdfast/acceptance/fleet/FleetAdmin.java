package dev.holdfast.acceptance.fleet;

import dev.holdfast.proto.admin.v1.AssignHostRequest;
import dev.holdfast.proto.admin.v1.ConnectionOutcome;
import dev.holdfast.proto.admin.v1.CreateTenantRequest;
import dev.holdfast.proto.admin.v1.Failures;
import dev.holdfast.proto.admin.v1.GetUpgradeRequest;
import dev.holdfast.proto.admin.v1.Host;
import dev.holdfast.proto.admin.v1.HostServiceGrpc;
import dev.holdfast.proto.admin.v1.ImageServiceGrpc;
import dev.holdfast.proto.admin.v1.ListConnectionOutcomesRequest;
import dev.holdfast.proto.admin.v1.ListHostsRequest;
import dev.holdfast.proto.admin.v1.ListProcessesRequest;
import dev.holdfast.proto.admin.v1.Page;
import dev.holdfast.proto.admin.v1.Process;
import dev.holdfast.proto.admin.v1.ProcessServiceGrpc;
import dev.holdfast.proto.admin.v1.PublishImageRequest;
import dev.holdfast.proto.admin.v1.Rollout;
import dev.holdfast.proto.admin.v1.StartProcessRequest;
import dev.holdfast.proto.admin.v1.StartUpgradeRequest;
import dev.holdfast.proto.admin.v1.TenantServiceGrpc;
import dev.holdfast.proto.admin.v1.Upgrade;
import dev.holdfast.proto.admin.v1.UpgradeServiceGrpc;
import dev.holdfast.proto.admin.v1.WatchUpgradeRequest;
import dev.holdfast.proto.admin.v1.Waves;
import io.grpc.ManagedChannel;
import io.grpc.Status;
import io.grpc.StatusException;
import io.grpc.StatusRuntimeException;
import io.grpc.netty.NettyChannelBuilder;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;

/** What an operator asks of a fleet's manager. */
final class FleetAdmin implements AutoCloseable {
    private static final String TENANT = "fleet";
    private static final String IMAGE = "server";
    private static final int MAX_ANSWER_BYTES = 256 << 20;
    private static final int PAGE = 1000;

    private final ManagedChannel channel;

    FleetAdmin(String target) {
        channel = NettyChannelBuilder.forTarget(target)
                .usePlaintext()
                .maxInboundMessageSize(MAX_ANSWER_BYTES)
                .build();
    }

    void createTenant() {
        var _ = TenantServiceGrpc.newBlockingStub(channel)
                .createTenant(CreateTenantRequest.newBuilder().setName(TENANT).build());
    }

    /** An image without a bundle. */
    void publish(String version) throws IOException, InterruptedException, StatusException {
        var call = ImageServiceGrpc.newBlockingV2Stub(channel).publishImage();
        var _ = call.write(PublishImageRequest.newBuilder()
                .setHeader(PublishImageRequest.Header.newBuilder()
                        .setTenant(TENANT)
                        .setName(IMAGE)
                        .setVersion(version)
                        .setManifest("exec: [/opt/server/" + version + "/bin/server]\nports: [8080]\n"))
                .build());
        call.halfClose();
        if (call.read() == null) {
            throw new IOException("the manager did not say that it has " + version);
        }
    }

    void assign(List<String> hosts) throws InterruptedException {
        var stub = HostServiceGrpc.newFutureStub(channel);
        Calls.forEach(
                hosts,
                host -> stub.assignHost(AssignHostRequest.newBuilder()
                        .setName(host)
                        .setTenant(TENANT)
                        .build()));
    }

    void startProcesses(List<String> hosts, String version) throws InterruptedException {
        var stub = ProcessServiceGrpc.newFutureStub(channel);
        Calls.forEach(
                hosts,
                host -> stub.startProcess(StartProcessRequest.newBuilder()
                        .setTenant(TENANT)
                        .setImageName(IMAGE)
                        .setImageVersion(version)
                        .setHost(host)
                        .build()));
    }

    /** In waves: one host, then a quarter at a time, 500 at once. */
    Upgrade startUpgrade(String version) {
        Waves waves = Waves.newBuilder()
                .setCanary("1")
                .setBatch("25%")
                .setMaxParallel("500")
                .build();
        return UpgradeServiceGrpc.newBlockingStub(channel)
                .startUpgrade(StartUpgradeRequest.newBuilder()
                        .setTenant(TENANT)
                        .setImageName(IMAGE)
                        .setImageVersion(version)
                        .setRollout(Rollout.newBuilder()
                                .setWaves(waves)
                                .setFailures(Failures.newBuilder().setBudget("10%")))
                        .build());
    }

    /** Follows an upgrade to its end, past a manager that is started again, and says how many events it had. */
    int watch(String id) {
        int events = 0;
        long last = 0;
        var stub = UpgradeServiceGrpc.newBlockingStub(channel).withWaitForReady();
        while (true) {
            try {
                var stream = stub.watchUpgrade(WatchUpgradeRequest.newBuilder()
                        .setId(id)
                        .setAfterEvent(last)
                        .build());
                while (stream.hasNext()) {
                    last = stream.next().getId();
                    events++;
                }
                return events;
            } catch (StatusRuntimeException e) {
                if (e.getStatus().getCode() != Status.Code.UNAVAILABLE) {
                    throw e;
                }
            }
        }
    }

    Upgrade upgrade(String id) {
        return UpgradeServiceGrpc.newBlockingStub(channel)
                .getUpgrade(GetUpgradeRequest.newBuilder().setId(id).build());
    }

    /** What became of each connection. */
    List<ConnectionOutcome> outcomes(String upgrade) {
        var stub = UpgradeServiceGrpc.newBlockingStub(channel);
        return pages(
                page -> stub.listConnectionOutcomes(ListConnectionOutcomesRequest.newBuilder()
                        .setUpgradeId(upgrade)
                        .setPage(page)
                        .build()),
                answer -> answer.getConnectionsList(),
                answer -> answer.getNextPageToken());
    }

    List<Process> processes() {
        var stub = ProcessServiceGrpc.newBlockingStub(channel);
        return pages(
                page -> stub.listProcesses(ListProcessesRequest.newBuilder()
                        .setTenant(TENANT)
                        .setPage(page)
                        .build()),
                answer -> answer.getProcessesList(),
                answer -> answer.getNextPageToken());
    }

    List<Host> hosts() {
        var stub = HostServiceGrpc.newBlockingStub(channel);
        return pages(
                page -> stub.listHosts(
                        ListHostsRequest.newBuilder().setPage(page).build()),
                answer -> answer.getHostsList(),
                answer -> answer.getNextPageToken());
    }

    private static <A, T> List<T> pages(
            Function<Page, A> ask, Function<A, List<T>> content, Function<A, String> nextToken) {
        List<T> all = new ArrayList<>();
        String token = "";
        do {
            A answer = ask.apply(
                    Page.newBuilder().setPageSize(PAGE).setPageToken(token).build());
            all.addAll(content.apply(answer));
            token = nextToken.apply(answer);
        } while (!token.isEmpty());
        return all;
    }

    @Override
    public void close() {
        var _ = channel.shutdownNow();
    }
}
