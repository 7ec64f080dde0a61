package dev.holdfast.manager.api;

import dev.holdfast.manager.fleet.AgentSession;
import dev.holdfast.manager.fleet.Checks;
import dev.holdfast.manager.fleet.ProcessTables;
import dev.holdfast.manager.fleet.Registrar;
import dev.holdfast.manager.refusal.RefusedException;
import dev.holdfast.manager.upgrade.CycleReports;
import dev.holdfast.manager.upgrade.StageReports;
import dev.holdfast.proto.agent.v1.ConnectRequest;
import dev.holdfast.proto.agent.v1.ConnectResponse;
import dev.holdfast.proto.agent.v1.CycleReport;
import dev.holdfast.proto.agent.v1.CycleReportAck;
import dev.holdfast.proto.agent.v1.Heard;
import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.StreamObserver;
import org.jspecify.annotations.Nullable;

/** One Connect call. gRPC hands its messages over one after the other. */
final class AgentStream implements StreamObserver<ConnectRequest> {
    private static final ConnectResponse HEARD =
            ConnectResponse.newBuilder().setHeard(Heard.getDefaultInstance()).build();

    private final GrpcAgentLink link;
    private final Registrar registrar;
    private final ProcessTables tables;
    private final CycleReports reports;
    private final StageReports stages;
    private final Checks checks;
    private @Nullable AgentSession session;

    AgentStream(
            ServerCallStreamObserver<ConnectResponse> agent,
            Registrar registrar,
            ProcessTables tables,
            CycleReports reports,
            StageReports stages,
            Checks checks,
            Pulse pulse) {
        this.link = new GrpcAgentLink(agent);
        this.registrar = registrar;
        this.tables = tables;
        this.reports = reports;
        this.stages = stages;
        this.checks = checks;
        agent.setOnCancelHandler(this::disconnected);
        agent.setOnCloseHandler(this::disconnected);
        // At once: where many register, one that waits its turn in silence would leave and come again, for ever.
        pulse.add(link);
    }

    /** A failure ends the call; nothing may be sent on it then, and the agent counts as gone at once. */
    @Override
    public void onNext(ConnectRequest message) {
        try {
            take(message);
        } catch (RuntimeException e) {
            link.failed();
            disconnected();
            throw e;
        }
    }

    private void take(ConnectRequest message) {
        switch (message.getMessageCase()) {
            case REGISTRATION -> {
                if (session != null) {
                    throw RefusedException.invalid("registration", "it comes once in a stream, first");
                }
                session = registrar.register(message.getRegistration(), link);
            }
            case PROCESS_TABLE -> {
                tables.update(registered(), message.getProcessTable());
                link.send(HEARD);
            }
            case CYCLE_PROGRESS -> {
                reports.progress(registered(), message.getCycleProgress());
                link.send(HEARD);
            }
            case CYCLE_REPORT -> report(message.getCycleReport());
            case CHECK_REPORT -> checks.report(registered(), message.getCheckReport());
            case STAGE_REPORT -> stages.report(registered(), message.getStageReport());
            case MESSAGE_NOT_SET -> throw RefusedException.invalid("message", "it is none that this manager knows");
        }
    }

    /** Acknowledged once it is durable, and again when it comes again. */
    private void report(CycleReport report) {
        reports.report(registered(), report);
        link.send(ConnectResponse.newBuilder()
                .setCycleReportAck(CycleReportAck.newBuilder().setCycleId(report.getCycleId()))
                .build());
    }

    private AgentSession registered() {
        if (session == null) {
            throw RefusedException.invalid("registration", "it must be the first message of a stream");
        }
        return session;
    }

    @Override
    public void onError(Throwable broken) {
        disconnected();
    }

    @Override
    public void onCompleted() {
        disconnected();
        link.complete();
    }

    private void disconnected() {
        if (session != null) {
            registrar.disconnected(session);
        }
    }
}
