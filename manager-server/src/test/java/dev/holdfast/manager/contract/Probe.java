package dev.holdfast.manager.contract;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.common.address.HostPort;
import io.grpc.ManagedChannel;
import io.grpc.health.v1.HealthCheckRequest;
import io.grpc.health.v1.HealthCheckResponse.ServingStatus;
import io.grpc.health.v1.HealthGrpc;
import io.grpc.reflection.v1.ServerReflectionGrpc;
import io.grpc.reflection.v1.ServerReflectionRequest;
import io.grpc.reflection.v1.ServerReflectionResponse;
import io.grpc.reflection.v1.ServiceResponse;
import io.grpc.stub.StreamObserver;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/** Asks a port what tools ask it that know nothing of Holdfast. */
final class Probe {
    private Probe() {}

    /** What reflection lists; each, and the port as a whole, must be healthy. */
    static List<String> servicesOf(HostPort port) throws Exception {
        ManagedChannel channel = RunningManager.channel(port);
        try {
            List<String> services = reflected(channel);
            assertThat(health(channel, "")).isEqualTo(ServingStatus.SERVING);
            assertThat(services)
                    .filteredOn(service -> service.startsWith("holdfast."))
                    .allSatisfy(service -> assertThat(health(channel, service)).isEqualTo(ServingStatus.SERVING));
            return services;
        } finally {
            channel.shutdownNow();
        }
    }

    private static ServingStatus health(ManagedChannel channel, String service) {
        return HealthGrpc.newBlockingStub(channel)
                .check(HealthCheckRequest.newBuilder().setService(service).build())
                .getStatus();
    }

    private static List<String> reflected(ManagedChannel channel) throws Exception {
        CompletableFuture<List<String>> services = new CompletableFuture<>();
        StreamObserver<ServerReflectionRequest> stream = ServerReflectionGrpc.newStub(channel)
                .serverReflectionInfo(new StreamObserver<>() {
                    @Override
                    public void onNext(ServerReflectionResponse response) {
                        services.complete(response.getListServicesResponse().getServiceList().stream()
                                .map(ServiceResponse::getName)
                                .toList());
                    }

                    @Override
                    public void onError(Throwable failure) {
                        services.completeExceptionally(failure);
                    }

                    @Override
                    public void onCompleted() {}
                });
        stream.onNext(ServerReflectionRequest.newBuilder().setListServices("").build());
        stream.onCompleted();
        return services.get(10, TimeUnit.SECONDS);
    }
}
