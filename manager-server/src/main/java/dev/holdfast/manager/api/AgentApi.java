package dev.holdfast.manager.api;

import dev.holdfast.manager.fleet.Checks;
import dev.holdfast.manager.fleet.ProcessTables;
import dev.holdfast.manager.fleet.Registrar;
import dev.holdfast.manager.site.SiteStorage;
import dev.holdfast.manager.upgrade.CycleReports;
import dev.holdfast.manager.upgrade.StageReports;
import dev.holdfast.proto.agent.v1.AgentServiceGrpc;
import dev.holdfast.proto.agent.v1.ConnectRequest;
import dev.holdfast.proto.agent.v1.ConnectResponse;
import dev.holdfast.proto.agent.v1.DownloadBundleRequest;
import dev.holdfast.proto.agent.v1.DownloadBundleResponse;
import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.StreamObserver;

final class AgentApi extends AgentServiceGrpc.AgentServiceImplBase {
    private final Registrar registrar;
    private final ProcessTables tables;
    private final CycleReports reports;
    private final StageReports stages;
    private final Checks checks;
    private final SiteStorage site;
    private final Pulse pulse;

    AgentApi(
            Registrar registrar,
            ProcessTables tables,
            CycleReports reports,
            StageReports stages,
            Checks checks,
            SiteStorage site,
            Pulse pulse) {
        this.registrar = registrar;
        this.tables = tables;
        this.reports = reports;
        this.stages = stages;
        this.checks = checks;
        this.site = site;
        this.pulse = pulse;
    }

    @Override
    public StreamObserver<ConnectRequest> connect(StreamObserver<ConnectResponse> agent) {
        return new AgentStream(
                (ServerCallStreamObserver<ConnectResponse>) agent, registrar, tables, reports, stages, checks, pulse);
    }

    @Override
    public void downloadBundle(DownloadBundleRequest request, StreamObserver<DownloadBundleResponse> agent) {
        BundleDownload.start(site, request, (ServerCallStreamObserver<DownloadBundleResponse>) agent);
    }
}
