package dev.holdfast.manager.contract;

import dev.holdfast.common.address.HostPort;
import dev.holdfast.proto.admin.v1.HostServiceGrpc;
import dev.holdfast.proto.admin.v1.HostServiceGrpc.HostServiceBlockingStub;
import dev.holdfast.proto.admin.v1.ImageServiceGrpc;
import dev.holdfast.proto.admin.v1.ImageServiceGrpc.ImageServiceBlockingStub;
import dev.holdfast.proto.admin.v1.ProcessServiceGrpc;
import dev.holdfast.proto.admin.v1.ProcessServiceGrpc.ProcessServiceBlockingStub;
import dev.holdfast.proto.admin.v1.TenantServiceGrpc;
import dev.holdfast.proto.admin.v1.TenantServiceGrpc.TenantServiceBlockingStub;
import dev.holdfast.proto.admin.v1.UpgradeServiceGrpc;
import dev.holdfast.proto.admin.v1.UpgradeServiceGrpc.UpgradeServiceBlockingStub;
import io.grpc.ManagedChannel;

/** A manager as its callers see it, wherever it runs. */
interface Calls {
    /** To the admin port. */
    ManagedChannel channel();

    HostPort agentsPort();

    default TenantServiceBlockingStub tenants() {
        return TenantServiceGrpc.newBlockingStub(channel());
    }

    default HostServiceBlockingStub hosts() {
        return HostServiceGrpc.newBlockingStub(channel());
    }

    default ImageServiceBlockingStub images() {
        return ImageServiceGrpc.newBlockingStub(channel());
    }

    default ProcessServiceBlockingStub processes() {
        return ProcessServiceGrpc.newBlockingStub(channel());
    }

    default UpgradeServiceBlockingStub upgrades() {
        return UpgradeServiceGrpc.newBlockingStub(channel());
    }
}
