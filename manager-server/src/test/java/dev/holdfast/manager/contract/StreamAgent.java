package dev.holdfast.manager.contract;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.common.address.HostPort;
import dev.holdfast.proto.agent.v1.AgentServiceGrpc;
import dev.holdfast.proto.agent.v1.CheckProcess;
import dev.holdfast.proto.agent.v1.CheckReport;
import dev.holdfast.proto.agent.v1.ConnectRequest;
import dev.holdfast.proto.agent.v1.ConnectResponse;
import dev.holdfast.proto.agent.v1.ConnectResponse.MessageCase;
import dev.holdfast.proto.agent.v1.CycleProgress;
import dev.holdfast.proto.agent.v1.CycleReport;
import dev.holdfast.proto.agent.v1.CycleState;
import dev.holdfast.proto.agent.v1.Finding;
import dev.holdfast.proto.agent.v1.Image;
import dev.holdfast.proto.agent.v1.ProcessTable;
import dev.holdfast.proto.agent.v1.Registration;
import dev.holdfast.proto.agent.v1.ServerProcess;
import dev.holdfast.proto.agent.v1.StageReport;
import io.grpc.ManagedChannel;
import io.grpc.Status;
import io.grpc.stub.StreamObserver;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** An agent's side of the stream, driven by hand. */
final class StreamAgent implements AutoCloseable {
    private static final long PATIENCE_SECONDS = 10;

    private final String name;
    private final UUID id;
    private final ManagedChannel channel;
    /** Commands. Acknowledgements come in no order with them. */
    private final BlockingQueue<ConnectResponse> received = new LinkedBlockingQueue<>();

    private final BlockingQueue<ConnectResponse> acknowledgements = new LinkedBlockingQueue<>();
    /** What it was told to have ready, which comes in no order with commands either. */
    private final List<Image> staged = new CopyOnWriteArrayList<>();

    private final CompletableFuture<Status> end = new CompletableFuture<>();
    private final StreamObserver<ConnectRequest> stream;
    /** What it says when it is asked whether a process can be upgraded; null for an agent that does not know the question. */
    private volatile @Nullable List<Finding> findings = List.of();

    private final List<CheckProcess> questions = new CopyOnWriteArrayList<>();

    private StreamAgent(HostPort manager, UUID id, String name) {
        this.name = name;
        this.id = id;
        channel = RunningManager.channel(manager);
        stream = AgentServiceGrpc.newStub(channel).connect(new StreamObserver<>() {
            @Override
            public void onNext(ConnectResponse message) {
                if (message.hasCheckProcess()) {
                    checked(message.getCheckProcess());
                } else if (message.hasStageImage()) {
                    staged.add(message.getStageImage().getImage());
                } else if (message.hasCycleReportAck()) {
                    acknowledgements.add(message);
                } else if (!message.hasHeard()) {
                    received.add(message);
                }
            }

            @Override
            public void onError(Throwable failure) {
                end.complete(Status.fromThrowable(failure));
            }

            @Override
            public void onCompleted() {
                end.complete(Status.OK);
            }
        });
    }

    /** Opens a stream and sends nothing. */
    static StreamAgent silent(HostPort manager) {
        return new StreamAgent(manager, UUID.randomUUID(), "silent");
    }

    /** Opens a stream and registers; whether that is accepted is for the caller to see. */
    static StreamAgent registering(HostPort manager, UUID id, String name) {
        StreamAgent agent = new StreamAgent(manager, id, name);
        agent.register();
        return agent;
    }

    void register() {
        stream.onNext(ConnectRequest.newBuilder()
                .setRegistration(Registration.newBuilder()
                        .setAgentId(id.toString())
                        .setName(name)
                        .addAddresses("2001:db8::" + id.toString().substring(0, 4))
                        .setKernel("6.1.0")
                        .setCores(2)
                        .setMemoryBytes(1L << 32)
                        .setAgentVersion("test")
                        .putLabels("zone", "a"))
                .build());
    }

    static StreamAgent registered(HostPort manager, UUID id, String name) throws InterruptedException {
        StreamAgent agent = registering(manager, id, name);
        assertThat(agent.next(MessageCase.REGISTERED).getRegistered().getHostId())
                .isEqualTo(id.toString());
        return agent;
    }

    String name() {
        return name;
    }

    UUID id() {
        return id;
    }

    /** The next message, which must be of this kind, or the next acknowledgement. */
    ConnectResponse next(MessageCase kind) throws InterruptedException {
        @Nullable
        ConnectResponse message = (kind == MessageCase.CYCLE_REPORT_ACK ? acknowledgements : received)
                .poll(PATIENCE_SECONDS, TimeUnit.SECONDS);
        if (message == null) {
            throw new AssertionError("no " + kind + " came; the stream's end: " + end.getNow(Status.UNKNOWN));
        }
        assertThat(message.getMessageCase()).isEqualTo(kind);
        return message;
    }

    /** Sends a report and waits for its acknowledgement, whatever else comes; false when the stream ends before. */
    boolean isAcknowledged(CycleReport report) throws InterruptedException {
        report(report);
        while (!end.isDone()) {
            ConnectResponse message = acknowledgements.poll(100, TimeUnit.MILLISECONDS);
            if (message != null && message.getCycleReportAck().getCycleId().equals(report.getCycleId())) {
                return true;
            }
        }
        return false;
    }

    /** Says that it cannot have ready what it was told to last. */
    void cannotStage(String why) {
        Image image = staged.getLast();
        stream.onNext(ConnectRequest.newBuilder()
                .setStageReport(StageReport.newBuilder()
                        .setImageName(image.getName())
                        .setImageVersion(image.getVersion())
                        .setBundleDigest(image.getBundleDigest())
                        .setState(StageReport.State.STATE_FAILED)
                        .setDetail(why))
                .build());
    }

    /** The versions that it was told to have ready. */
    List<String> staged() {
        return staged.stream().map(Image::getVersion).toList();
    }

    /** What came and nobody has asked for. */
    List<ConnectResponse> unread() {
        return Stream.concat(received.stream(), acknowledgements.stream()).toList();
    }

    void table(ServerProcess... processes) {
        stream.onNext(ConnectRequest.newBuilder()
                .setProcessTable(ProcessTable.newBuilder().addAllProcesses(List.of(processes)))
                .build());
    }

    void finds(Finding... findings) {
        this.findings = List.of(findings);
    }

    void answersNoChecks() {
        findings = null;
    }

    /** What it was asked. */
    List<CheckProcess> questions() {
        return questions;
    }

    private void checked(CheckProcess question) {
        questions.add(question);
        List<Finding> found = findings;
        if (found != null) {
            check(CheckReport.newBuilder()
                    .setCheckId(question.getCheckId())
                    .addAllFindings(found)
                    .build());
        }
    }

    void check(CheckReport report) {
        stream.onNext(ConnectRequest.newBuilder().setCheckReport(report).build());
    }

    void progress(String cycleId, CycleState state) {
        progress(cycleId, state, "");
    }

    void progress(String cycleId, CycleState state, String detail) {
        stream.onNext(ConnectRequest.newBuilder()
                .setCycleProgress(CycleProgress.newBuilder()
                        .setCycleId(cycleId)
                        .setState(state)
                        .setDetail(detail))
                .build());
    }

    void report(CycleReport report) {
        stream.onNext(ConnectRequest.newBuilder().setCycleReport(report).build());
    }

    boolean hasEnded() {
        return end.isDone();
    }

    /** Waits until the manager has ended the stream. */
    Status ended() throws Exception {
        return end.get(PATIENCE_SECONDS, TimeUnit.SECONDS);
    }

    @Override
    public void close() {
        channel.shutdownNow();
    }
}
