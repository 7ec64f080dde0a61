package dev.holdfast.cli.training;

import dev.holdfast.cli.HoldfastMain;
import dev.holdfast.proto.admin.v1.ListTenantsRequest;
import dev.holdfast.proto.admin.v1.ListTenantsResponse;
import dev.holdfast.proto.admin.v1.Tenant;
import dev.holdfast.proto.admin.v1.TenantServiceGrpc;
import io.grpc.Server;
import io.grpc.netty.NettyServerBuilder;
import io.grpc.stub.StreamObserver;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;

/**
 * A run of what every start needs, for the JVM to remember: help, one answered request and one refused connection. The
 * launcher makes it once after a build (JEP 514).
 */
public final class Training {
    private Training() {}

    public static void main(String[] args) throws IOException {
        Server server = NettyServerBuilder.forAddress(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0))
                .addService(new OneTenant())
                .build()
                .start();
        String manager = "127.0.0.1:" + server.getPort();
        HoldfastMain.run("--help");
        HoldfastMain.run("tenant", "list", "--manager", manager);
        HoldfastMain.run("tenant", "list", "--manager", manager, "--output", "json");
        server.shutdownNow();
        HoldfastMain.run("tenant", "list", "--manager", manager);
        System.exit(0);
    }

    private static final class OneTenant extends TenantServiceGrpc.TenantServiceImplBase {
        @Override
        public void listTenants(ListTenantsRequest request, StreamObserver<ListTenantsResponse> response) {
            response.onNext(ListTenantsResponse.newBuilder()
                    .addTenants(Tenant.newBuilder().setName("acme"))
                    .build());
            response.onCompleted();
        }
    }
}
