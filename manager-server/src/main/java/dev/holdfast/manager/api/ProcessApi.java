package dev.holdfast.manager.api;

import dev.holdfast.manager.fleet.ImageName;
import dev.holdfast.manager.fleet.Lookup;
import dev.holdfast.manager.fleet.ProcessControl;
import dev.holdfast.manager.store.Database;
import dev.holdfast.manager.store.Ids;
import dev.holdfast.manager.store.ProcessFilter;
import dev.holdfast.manager.store.ProcessRow;
import dev.holdfast.manager.store.Transaction;
import dev.holdfast.proto.admin.v1.GetProcessRequest;
import dev.holdfast.proto.admin.v1.ListProcessesRequest;
import dev.holdfast.proto.admin.v1.ListProcessesResponse;
import dev.holdfast.proto.admin.v1.Process;
import dev.holdfast.proto.admin.v1.ProcessServiceGrpc;
import dev.holdfast.proto.admin.v1.Resolution;
import dev.holdfast.proto.admin.v1.ResolveImageRequest;
import dev.holdfast.proto.admin.v1.ResolvedHost;
import dev.holdfast.proto.admin.v1.StartProcessRequest;
import dev.holdfast.proto.admin.v1.StopProcessRequest;
import io.grpc.stub.StreamObserver;
import java.util.List;
import java.util.UUID;

final class ProcessApi extends ProcessServiceGrpc.ProcessServiceImplBase {
    private final Database database;
    private final ProcessControl control;

    ProcessApi(Database database, ProcessControl control) {
        this.database = database;
        this.control = control;
    }

    @Override
    public void startProcess(StartProcessRequest request, StreamObserver<Process> caller) {
        ImageName image = new ImageName(request.getTenant(), request.getImageName(), request.getImageVersion());
        UUID requestId = Fields.uuidOrNull("request_id", request.getRequestId());
        Answer.with(caller, message(control.start(image, request.getHost(), requestId)));
    }

    @Override
    public void stopProcess(StopProcessRequest request, StreamObserver<Process> caller) {
        Answer.with(caller, message(control.stop(Fields.uuid("id", request.getId()))));
    }

    @Override
    public void getProcess(GetProcessRequest request, StreamObserver<Process> caller) {
        UUID id = Fields.uuid("id", request.getId());
        Answer.with(
                caller, message(database.ask(tx -> tx.processes().find(id).orElseThrow(() -> Lookup.noProcess(id)))));
    }

    @Override
    public void listProcesses(ListProcessesRequest request, StreamObserver<ListProcessesResponse> caller) {
        Paging page = Paging.of(request.getPage());
        Answer.with(caller, database.ask(tx -> list(tx, request, page, page.after(Ids.FIRST, UUID::fromString))));
    }

    private static ListProcessesResponse list(Transaction tx, ListProcessesRequest request, Paging page, UUID after) {
        if (!request.getTenant().isEmpty()) {
            Lookup.tenant(tx, request.getTenant());
        }
        if (!request.getHost().isEmpty()) {
            Lookup.host(tx, request.getHost());
        }
        ProcessFilter filter = new ProcessFilter(
                Fields.textOrNull(request.getTenant()),
                Fields.textOrNull(request.getImageName()),
                Fields.textOrNull(request.getHost()),
                request.getAll());
        List<ProcessRow> found = tx.processes().list(filter, after, page.limit());
        return ListProcessesResponse.newBuilder()
                .addAllProcesses(ProcessMessages.of(tx, page.shown(found)))
                .setNextPageToken(page.nextToken(found, ProcessRow::id))
                .build();
    }

    @Override
    public void resolveImage(ResolveImageRequest request, StreamObserver<Resolution> caller) {
        var resolved = database.ask(tx -> dev.holdfast.manager.fleet.Resolution.of(
                tx,
                Lookup.tenantOfImage(tx, request.getTenant(), request.getImageName())
                        .id(),
                request.getImageName()));
        Resolution.Builder response =
                Resolution.newBuilder().setTenant(request.getTenant()).setImageName(request.getImageName());
        resolved.hosts()
                .forEach(host -> response.addHosts(ResolvedHost.newBuilder()
                        .setHost(host.host().name())
                        .addAllProcesses(host.processes().stream()
                                .map(ProcessMessages::of)
                                .toList())));
        Answer.with(caller, response.build());
    }

    private Process message(ProcessRow process) {
        return database.ask(tx -> ProcessMessages.of(tx, List.of(process))).getFirst();
    }
}
