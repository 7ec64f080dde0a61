package dev.holdfast.agent.link;

import dev.holdfast.agent.cycle.CycleListener;
import dev.holdfast.proto.agent.v1.ConnectRequest;
import dev.holdfast.proto.agent.v1.CycleProgress;
import dev.holdfast.proto.agent.v1.CycleReport;
import io.grpc.stub.CallStreamObserver;
import io.grpc.stub.StreamObserver;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** What goes to the manager while a registered stream is there. Reports are kept until they are acknowledged. */
public final class Outbox implements CycleListener {
    private final ReportStore reports;
    private final ProgressQueue progress = new ProgressQueue(
            one -> send(ConnectRequest.newBuilder().setCycleProgress(one).build()));
    private @Nullable StreamObserver<ConnectRequest> stream;

    public Outbox(ReportStore reports) {
        this.reports = reports;
    }

    /** The stream is registered: what waits for an acknowledgement is sent again. */
    synchronized void opened(StreamObserver<ConnectRequest> registered) {
        stream = registered;
        reports.all().forEach(this::send);
    }

    synchronized void closed() {
        stream = null;
    }

    /** Best effort: false when there is no stream, and nothing says that a sent message arrived. */
    synchronized boolean send(ConnectRequest message) {
        if (stream == null) {
            return false;
        }
        stream.onNext(message);
        return true;
    }

    /**
     * As {@link #send}, for what is of use only while it is new: false also when the manager has not taken yet what was
     * sent before, which would pile up here.
     */
    synchronized boolean offer(ConnectRequest message) {
        return stream instanceof CallStreamObserver<ConnectRequest> call && call.isReady() && send(message);
    }

    @Override
    public void progress(CycleProgress one) {
        progress.add(one);
    }

    @Override
    public void keep(CycleReport report) {
        reports.save(report);
    }

    @Override
    public Optional<CycleReport> kept(String cycleId) {
        return reports.find(cycleId);
    }

    @Override
    public void reported(String cycleId) {
        progress.tell();
        boolean _ = sendAgain(cycleId);
    }

    /** Sends the report of that cycle again; false when none is waiting. */
    boolean sendAgain(String cycleId) {
        Optional<CycleReport> waiting = reports.find(cycleId);
        waiting.ifPresent(this::send);
        return waiting.isPresent();
    }

    void acknowledged(String cycleId) {
        reports.delete(cycleId);
    }

    private void send(CycleReport report) {
        send(ConnectRequest.newBuilder().setCycleReport(report).build());
    }
}
