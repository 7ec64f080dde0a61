package dev.holdfast.cli.connection;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.common.address.HostPort;
import dev.holdfast.proto.admin.v1.ListTenantsRequest;
import dev.holdfast.proto.admin.v1.ListTenantsResponse;
import dev.holdfast.proto.admin.v1.Tenant;
import dev.holdfast.proto.admin.v1.TenantServiceGrpc.TenantServiceImplBase;
import io.grpc.Server;
import io.grpc.netty.NettyServerBuilder;
import io.grpc.stub.StreamObserver;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Of several managers the first that can be reached is asked. */
class SeveralManagersTest {
    @Test
    void theNextOneIsAskedWhenOneIsGone() throws Exception {
        Server first = server("first");
        Server second = server("second");
        String both = address(first) + "," + address(second);
        try (Manager managers = new Manager(List.of(address(first), address(second)))) {
            assertThat(managers.address()).isEqualTo(both);
            assertThat(ask(managers)).isEqualTo("first");
            first.shutdownNow().awaitTermination();
            managers.seek();
            assertThat(ask(managers)).isEqualTo("second");
        } finally {
            first.shutdownNow();
            second.shutdownNow();
        }
    }

    private static String ask(Manager managers) {
        ListTenantsRequest request = ListTenantsRequest.getDefaultInstance();
        return managers.tenants()
                .withWaitForReady()
                .listTenants(request)
                .getTenants(0)
                .getName();
    }

    private static HostPort address(Server server) {
        return new HostPort("127.0.0.1", server.getPort());
    }

    private static Server server(String name) throws Exception {
        return NettyServerBuilder.forAddress(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0))
                .addService(new TenantServiceImplBase() {
                    @Override
                    public void listTenants(ListTenantsRequest request, StreamObserver<ListTenantsResponse> caller) {
                        caller.onNext(ListTenantsResponse.newBuilder()
                                .addTenants(Tenant.newBuilder().setName(name))
                                .build());
                        caller.onCompleted();
                    }
                })
                .build()
                .start();
    }
}
