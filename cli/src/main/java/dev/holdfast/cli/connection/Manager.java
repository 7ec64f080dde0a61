package dev.holdfast.cli.connection;

import dev.holdfast.common.address.HostPort;
import dev.holdfast.proto.admin.v1.HostServiceGrpc;
import dev.holdfast.proto.admin.v1.HostServiceGrpc.HostServiceBlockingStub;
import dev.holdfast.proto.admin.v1.ImageServiceGrpc;
import dev.holdfast.proto.admin.v1.ImageServiceGrpc.ImageServiceBlockingStub;
import dev.holdfast.proto.admin.v1.ImageServiceGrpc.ImageServiceBlockingV2Stub;
import dev.holdfast.proto.admin.v1.ProcessServiceGrpc;
import dev.holdfast.proto.admin.v1.ProcessServiceGrpc.ProcessServiceBlockingStub;
import dev.holdfast.proto.admin.v1.TenantServiceGrpc;
import dev.holdfast.proto.admin.v1.TenantServiceGrpc.TenantServiceBlockingStub;
import dev.holdfast.proto.admin.v1.UpgradeServiceGrpc;
import dev.holdfast.proto.admin.v1.UpgradeServiceGrpc.UpgradeServiceBlockingStub;
import io.grpc.ManagedChannel;
import io.grpc.netty.NettyChannelBuilder;
import io.netty.util.internal.logging.InternalLoggerFactory;
import io.netty.util.internal.logging.JdkLoggerFactory;
import java.util.concurrent.TimeUnit;

/** The manager's admin services. A call that only asks or decides is given 30 seconds. */
public final class Manager implements AutoCloseable {
    private static final int DEADLINE_SECONDS = 30;
    private static final int MAX_ANSWER_BYTES = 64 << 20;

    static {
        // slf4j's logging takes longer to wake than most commands take to run.
        InternalLoggerFactory.setDefaultFactory(JdkLoggerFactory.INSTANCE);
    }

    private final HostPort address;
    private final ManagedChannel channel;

    Manager(HostPort address) {
        this.address = address;
        this.channel = NettyChannelBuilder.forAddress(address.host(), address.port())
                .usePlaintext()
                .maxInboundMessageSize(MAX_ANSWER_BYTES)
                .build();
    }

    public HostPort address() {
        return address;
    }

    public TenantServiceBlockingStub tenants() {
        return TenantServiceGrpc.newBlockingStub(channel).withDeadlineAfter(DEADLINE_SECONDS, TimeUnit.SECONDS);
    }

    public HostServiceBlockingStub hosts() {
        return HostServiceGrpc.newBlockingStub(channel).withDeadlineAfter(DEADLINE_SECONDS, TimeUnit.SECONDS);
    }

    public ImageServiceBlockingStub images() {
        return ImageServiceGrpc.newBlockingStub(channel).withDeadlineAfter(DEADLINE_SECONDS, TimeUnit.SECONDS);
    }

    /** For an upload, which takes as long as it takes. */
    public ImageServiceBlockingV2Stub imageUploads() {
        return ImageServiceGrpc.newBlockingV2Stub(channel);
    }

    public ProcessServiceBlockingStub processes() {
        return ProcessServiceGrpc.newBlockingStub(channel).withDeadlineAfter(DEADLINE_SECONDS, TimeUnit.SECONDS);
    }

    public UpgradeServiceBlockingStub upgrades() {
        return UpgradeServiceGrpc.newBlockingStub(channel).withDeadlineAfter(DEADLINE_SECONDS, TimeUnit.SECONDS);
    }

    /** For watching, which lasts as long as the upgrade. */
    public UpgradeServiceBlockingStub upgradeWatches() {
        return UpgradeServiceGrpc.newBlockingStub(channel);
    }

    @Override
    public void close() {
        channel.shutdownNow();
    }
}
