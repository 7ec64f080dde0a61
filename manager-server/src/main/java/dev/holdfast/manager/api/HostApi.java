package dev.holdfast.manager.api;

import dev.holdfast.manager.fleet.Lookup;
import dev.holdfast.manager.store.Database;
import dev.holdfast.manager.store.HostRow;
import dev.holdfast.manager.store.TenantRow;
import dev.holdfast.manager.store.Transaction;
import dev.holdfast.manager.upgrade.LostHost;
import dev.holdfast.proto.admin.v1.AssignHostRequest;
import dev.holdfast.proto.admin.v1.ForgetHostRequest;
import dev.holdfast.proto.admin.v1.ForgetHostResponse;
import dev.holdfast.proto.admin.v1.GetHostRequest;
import dev.holdfast.proto.admin.v1.Host;
import dev.holdfast.proto.admin.v1.HostServiceGrpc;
import dev.holdfast.proto.admin.v1.ListHostsRequest;
import dev.holdfast.proto.admin.v1.ListHostsResponse;
import io.grpc.stub.StreamObserver;
import java.util.List;
import java.util.UUID;

final class HostApi extends HostServiceGrpc.HostServiceImplBase {
    private final Database database;
    private final LostHost lostHost;

    HostApi(Database database, LostHost lostHost) {
        this.database = database;
        this.lostHost = lostHost;
    }

    @Override
    public void getHost(GetHostRequest request, StreamObserver<Host> caller) {
        Answer.with(caller, message(database.ask(tx -> Lookup.host(tx, request.getName()))));
    }

    @Override
    public void listHosts(ListHostsRequest request, StreamObserver<ListHostsResponse> caller) {
        Paging page = Paging.of(request.getPage());
        List<HostRow> found = database.ask(tx -> list(tx, request, page));
        ListHostsResponse.Builder response =
                ListHostsResponse.newBuilder().setNextPageToken(page.nextToken(found, HostRow::name));
        page.shown(found).forEach(host -> response.addHosts(message(host)));
        Answer.with(caller, response.build());
    }

    private static List<HostRow> list(Transaction tx, ListHostsRequest request, Paging page) {
        if (!request.getTenant().isEmpty()) {
            Lookup.tenant(tx, request.getTenant());
        }
        return tx.hosts().list(Fields.textOrNull(request.getTenant()), page.after(), page.limit());
    }

    @Override
    public void assignHost(AssignHostRequest request, StreamObserver<Host> caller) {
        HostRow assigned = database.ask(tx -> {
            TenantRow tenant = Lookup.tenant(tx, request.getTenant());
            tx.hosts().assign(Lookup.host(tx, request.getName()).id(), tenant.id());
            return Lookup.host(tx, request.getName());
        });
        Answer.with(caller, message(assigned));
    }

    @Override
    public void forgetHost(ForgetHostRequest request, StreamObserver<ForgetHostResponse> caller) {
        LostHost.Ended ended = lostHost.forget(request.getName());
        Answer.with(
                caller,
                ForgetHostResponse.newBuilder()
                        .addAllProcessIds(
                                ended.processes().stream().map(UUID::toString).toList())
                        .addAllUpgradeIds(
                                ended.upgrades().stream().map(UUID::toString).toList())
                        .build());
    }

    private static Host message(HostRow host) {
        return Host.newBuilder()
                .setId(host.id().toString())
                .setName(host.name())
                .addAllAddresses(host.addresses())
                .setKernel(host.kernel())
                .setCores(host.cores())
                .setMemoryBytes(host.memoryBytes())
                .setAgentVersion(host.agentVersion())
                .putAllLabels(host.labels())
                .addAllTenants(host.tenants())
                .setConnected(host.connected())
                .setLastSeenTime(Times.of(host.lastSeenTime()))
                .build();
    }
}
