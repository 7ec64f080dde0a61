package dev.holdfast.manager.api;

import dev.holdfast.manager.store.Database;
import dev.holdfast.manager.store.TenantRow;
import dev.holdfast.proto.admin.v1.CreateTenantRequest;
import dev.holdfast.proto.admin.v1.ListTenantsRequest;
import dev.holdfast.proto.admin.v1.ListTenantsResponse;
import dev.holdfast.proto.admin.v1.Tenant;
import dev.holdfast.proto.admin.v1.TenantServiceGrpc;
import io.grpc.stub.StreamObserver;
import java.util.List;

final class TenantApi extends TenantServiceGrpc.TenantServiceImplBase {
    private final Database database;

    TenantApi(Database database) {
        this.database = database;
    }

    @Override
    public void createTenant(CreateTenantRequest request, StreamObserver<Tenant> caller) {
        String name = Fields.label("name", request.getName());
        TenantRow tenant = database.ask(tx -> {
            tx.tenants().ensure(name);
            return tx.tenants().find(name).orElseThrow();
        });
        Answer.with(caller, message(tenant));
    }

    @Override
    public void listTenants(ListTenantsRequest request, StreamObserver<ListTenantsResponse> caller) {
        Paging page = Paging.of(request.getPage());
        List<TenantRow> found = database.ask(tx -> tx.tenants().list(page.after(), page.limit()));
        ListTenantsResponse.Builder response =
                ListTenantsResponse.newBuilder().setNextPageToken(page.nextToken(found, TenantRow::name));
        page.shown(found).forEach(tenant -> response.addTenants(message(tenant)));
        Answer.with(caller, response.build());
    }

    private static Tenant message(TenantRow tenant) {
        return Tenant.newBuilder()
                .setName(tenant.name())
                .setCreateTime(Times.of(tenant.createTime()))
                .build();
    }
}
