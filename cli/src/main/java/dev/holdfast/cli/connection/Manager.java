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
import java.io.IOException;
import java.net.Socket;
import java.nio.channels.UnresolvedAddressException;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;

/** The manager's admin services. A call that only asks or decides is given 30 seconds. */
public final class Manager implements AutoCloseable {
    private static final int DEADLINE_SECONDS = 30;
    private static final int CONNECT_MILLIS = 2_000;
    /** A manager that is gone without a word is noticed after twice this time; that matters to who watches. */
    private static final int PROBE_SECONDS = 10;

    private static final int MAX_ANSWER_BYTES = 64 << 20;

    static {
        // slf4j's logging takes longer to wake than most commands take to run.
        InternalLoggerFactory.setDefaultFactory(JdkLoggerFactory.INSTANCE);
    }

    private final List<HostPort> addresses;
    private HostPort asked;
    private ManagedChannel channel;

    Manager(List<HostPort> addresses) {
        this.addresses = addresses;
        this.asked = first();
        this.channel = open(asked);
    }

    private static ManagedChannel open(HostPort address) {
        return NettyChannelBuilder.forAddress(address.host(), address.port())
                .usePlaintext()
                .keepAliveTime(PROBE_SECONDS, TimeUnit.SECONDS)
                .keepAliveTimeout(PROBE_SECONDS, TimeUnit.SECONDS)
                .maxInboundMessageSize(MAX_ANSWER_BYTES)
                .build();
    }

    /** The first that can be reached; where none can, the call will say so. */
    private HostPort first() {
        return addresses.size() == 1
                ? addresses.getFirst()
                : addresses.stream().filter(Manager::isReachable).findFirst().orElseGet(addresses::getFirst);
    }

    private static boolean isReachable(HostPort address) {
        try (Socket socket = new Socket()) {
            socket.connect(address.resolve(), CONNECT_MILLIS);
            return true;
        } catch (IOException | UnresolvedAddressException e) {
            return false;
        }
    }

    /** After a call that could not be made: of several managers another one may be reached. */
    public void seek() {
        HostPort found = first();
        if (!found.equals(asked)) {
            channel.shutdownNow();
            asked = found;
            channel = open(found);
        }
    }

    /** As it was told: one, or several with commas between. */
    public String address() {
        return addresses.stream().map(HostPort::toString).collect(Collectors.joining(","));
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
