package dev.holdfast.acceptance.admin;

import com.google.protobuf.ByteString;
import dev.holdfast.acceptance.server.ServerImage;
import dev.holdfast.common.bundle.Bundles;
import dev.holdfast.proto.admin.v1.AbortUpgradeRequest;
import dev.holdfast.proto.admin.v1.AssignHostRequest;
import dev.holdfast.proto.admin.v1.ConnectionOutcome;
import dev.holdfast.proto.admin.v1.CreateTenantRequest;
import dev.holdfast.proto.admin.v1.GetHostRequest;
import dev.holdfast.proto.admin.v1.GetProcessRequest;
import dev.holdfast.proto.admin.v1.GetUpgradeRequest;
import dev.holdfast.proto.admin.v1.Host;
import dev.holdfast.proto.admin.v1.HostServiceGrpc;
import dev.holdfast.proto.admin.v1.Image;
import dev.holdfast.proto.admin.v1.ImageServiceGrpc;
import dev.holdfast.proto.admin.v1.ListConnectionOutcomesRequest;
import dev.holdfast.proto.admin.v1.ListProcessesRequest;
import dev.holdfast.proto.admin.v1.Page;
import dev.holdfast.proto.admin.v1.Process;
import dev.holdfast.proto.admin.v1.ProcessServiceGrpc;
import dev.holdfast.proto.admin.v1.PublishImageRequest;
import dev.holdfast.proto.admin.v1.Resolution;
import dev.holdfast.proto.admin.v1.ResolveImageRequest;
import dev.holdfast.proto.admin.v1.Rollout;
import dev.holdfast.proto.admin.v1.StartProcessRequest;
import dev.holdfast.proto.admin.v1.StartUpgradeRequest;
import dev.holdfast.proto.admin.v1.StopProcessRequest;
import dev.holdfast.proto.admin.v1.TenantServiceGrpc;
import dev.holdfast.proto.admin.v1.Upgrade;
import dev.holdfast.proto.admin.v1.UpgradeEvent;
import dev.holdfast.proto.admin.v1.UpgradeServiceGrpc;
import dev.holdfast.proto.admin.v1.WatchUpgradeRequest;
import io.grpc.ManagedChannel;
import io.grpc.Status;
import io.grpc.StatusException;
import io.grpc.StatusRuntimeException;
import io.grpc.netty.NettyChannelBuilder;
import io.grpc.stub.BlockingClientCall;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/** The manager's admin API. Every call throws {@link io.grpc.StatusRuntimeException} when the manager refuses it. */
public final class Admin implements AutoCloseable {
    private static final int CHUNK = 64 * 1024;
    private static final int PAGE = 1000;
    private static final Duration WATCHED = Duration.ofMinutes(3);

    private final ManagedChannel channel;
    private final TenantServiceGrpc.TenantServiceBlockingStub tenants;
    private final ImageServiceGrpc.ImageServiceBlockingV2Stub images;
    private final HostServiceGrpc.HostServiceBlockingStub hosts;
    private final ProcessServiceGrpc.ProcessServiceBlockingStub processes;
    private final UpgradeServiceGrpc.UpgradeServiceBlockingStub upgrades;

    private Admin(ManagedChannel channel) {
        this.channel = channel;
        this.tenants = TenantServiceGrpc.newBlockingStub(channel);
        this.images = ImageServiceGrpc.newBlockingV2Stub(channel);
        this.hosts = HostServiceGrpc.newBlockingStub(channel);
        this.processes = ProcessServiceGrpc.newBlockingStub(channel);
        this.upgrades = UpgradeServiceGrpc.newBlockingStub(channel);
    }

    /** For a manager that is running, at {@code HOST:PORT}. */
    public static Admin connect(String target) {
        return new Admin(NettyChannelBuilder.forTarget(target).usePlaintext().build());
    }

    /** Makes the tenant, and puts the host into it. */
    public void createTenant(String tenant, String host) {
        var _ = tenants.createTenant(
                CreateTenantRequest.newBuilder().setName(tenant).build());
        assign(tenant, host);
    }

    /** Puts another host into the tenant. */
    public void assign(String tenant, String host) {
        var _ = hosts.assignHost(
                AssignHostRequest.newBuilder().setName(host).setTenant(tenant).build());
    }

    /**
     * Publishes an image with its bundle.
     *
     * @throws StatusException when the manager refuses it
     */
    public Image publish(String tenant, String name, ServerImage image)
            throws IOException, InterruptedException, StatusException {
        PublishImageRequest.Header.Builder header = PublishImageRequest.Header.newBuilder()
                .setTenant(tenant)
                .setName(name)
                .setVersion(image.version())
                .setManifest(image.manifest().yaml());
        ByteString bytes = ByteString.EMPTY;
        if (image.bundle() != null) {
            Path archive = image.bundle().resolveSibling(image.bundle().getFileName() + ".tar.gz");
            Bundles.pack(image.bundle(), archive);
            bytes = ByteString.copyFrom(Files.readAllBytes(archive));
            header.setBundleDigest(Bundles.digest(archive)).setBundleSizeBytes(bytes.size());
        }
        BlockingClientCall<PublishImageRequest, Image> call = images.publishImage();
        boolean taken =
                call.write(PublishImageRequest.newBuilder().setHeader(header).build());
        for (int at = 0; taken && at < bytes.size(); at += CHUNK) {
            ByteString data = bytes.substring(at, Math.min(at + CHUNK, bytes.size()));
            taken = call.write(PublishImageRequest.newBuilder().setData(data).build());
        }
        call.halfClose();
        Image published = call.read();
        if (published == null) {
            throw new IOException("the manager did not say that it has " + name + " " + image.version());
        }
        return published;
    }

    /** Asks for a server process; it is only decided when this returns. */
    public Process startProcess(String tenant, String image, String version, String host) {
        return processes.startProcess(StartProcessRequest.newBuilder()
                .setTenant(tenant)
                .setImageName(image)
                .setImageVersion(version)
                .setHost(host)
                .build());
    }

    public Host host(String name) {
        return hosts.getHost(GetHostRequest.newBuilder().setName(name).build());
    }

    public Process process(String id) {
        return processes.getProcess(GetProcessRequest.newBuilder().setId(id).build());
    }

    /** From the tenant's image down to its hosts, server processes, their clients and the ports between them. */
    public Resolution resolve(String tenant, String image) {
        return processes.resolveImage(ResolveImageRequest.newBuilder()
                .setTenant(tenant)
                .setImageName(image)
                .build());
    }

    /** All that have not ended. */
    public List<Process> processes() {
        return processes
                .withDeadlineAfter(5, TimeUnit.SECONDS)
                .listProcesses(ListProcessesRequest.newBuilder()
                        .setPage(Page.newBuilder().setPageSize(PAGE))
                        .build())
                .getProcessesList();
    }

    /** Asks for the process's end; it is only decided when this returns. */
    public void stopProcess(String id) {
        var _ = processes
                .withDeadlineAfter(5, TimeUnit.SECONDS)
                .stopProcess(StopProcessRequest.newBuilder().setId(id).build());
    }

    public Upgrade startUpgrade(String tenant, String image, String version) {
        return startUpgrade(tenant, image, version, Rollout.getDefaultInstance());
    }

    /** Begins an upgrade that goes over its hosts in this way. */
    public Upgrade startUpgrade(String tenant, String image, String version, Rollout rollout) {
        return upgrades.startUpgrade(StartUpgradeRequest.newBuilder()
                .setTenant(tenant)
                .setImageName(image)
                .setImageVersion(version)
                .setRollout(rollout)
                .build());
    }

    public Upgrade abortUpgrade(String id) {
        return upgrades.abortUpgrade(AbortUpgradeRequest.newBuilder().setId(id).build());
    }

    /** Follows an upgrade's events to its end, past a manager that is restarted meanwhile, and says how it ended. */
    public Upgrade watch(String id, Consumer<UpgradeEvent> events) {
        var patient = upgrades.withWaitForReady().withDeadlineAfter(WATCHED);
        long last = 0;
        while (true) {
            try {
                var stream = patient.watchUpgrade(
                        WatchUpgradeRequest.newBuilder().setId(id).build());
                while (stream.hasNext()) {
                    UpgradeEvent event = stream.next();
                    if (event.getId() > last) {
                        last = event.getId();
                        events.accept(event);
                    }
                }
                return patient.getUpgrade(
                        GetUpgradeRequest.newBuilder().setId(id).build());
            } catch (StatusRuntimeException e) {
                if (e.getStatus().getCode() != Status.Code.UNAVAILABLE) {
                    throw e;
                }
            }
        }
    }

    /** What became of each connection. */
    public List<ConnectionOutcome> outcomes(String upgrade) {
        List<ConnectionOutcome> all = new ArrayList<>();
        String token = "";
        do {
            var page = upgrades.listConnectionOutcomes(ListConnectionOutcomesRequest.newBuilder()
                    .setUpgradeId(upgrade)
                    .setPage(Page.newBuilder().setPageSize(PAGE).setPageToken(token))
                    .build());
            all.addAll(page.getConnectionsList());
            token = page.getNextPageToken();
        } while (!token.isEmpty());
        return all;
    }

    @Override
    public void close() {
        var _ = channel.shutdownNow();
    }
}
