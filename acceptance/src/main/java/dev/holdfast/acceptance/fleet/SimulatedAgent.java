package dev.holdfast.acceptance.fleet;

import dev.holdfast.agent.link.Backoff;
import dev.holdfast.common.text.Reasons;
import dev.holdfast.proto.agent.v1.AbortCycle;
import dev.holdfast.proto.agent.v1.AgentServiceGrpc;
import dev.holdfast.proto.agent.v1.ConnectRequest;
import dev.holdfast.proto.agent.v1.ConnectResponse;
import dev.holdfast.proto.agent.v1.CycleReport;
import dev.holdfast.proto.agent.v1.Image;
import dev.holdfast.proto.agent.v1.ProcessState;
import dev.holdfast.proto.agent.v1.ProcessTable;
import dev.holdfast.proto.agent.v1.StartCycle;
import dev.holdfast.proto.agent.v1.StartProcess;
import io.grpc.ManagedChannel;
import io.grpc.stub.StreamObserver;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * One host's agent, without the host: it says what a real one would. It has no thread; gRPC's callbacks and timers run
 * it, one at a time.
 */
final class SimulatedAgent {
    private static final Duration START_TAKES = Duration.ofMillis(100);
    private static final Duration STEP_TAKES = Duration.ofMillis(100);
    private static final int FIRST_PID = 1_000;

    private final int number;
    private final UUID id;
    private final String name;
    private final Network network;
    private final Tally tally;
    private final Backoff backoff = new Backoff(RandomGenerator.getDefault());
    private final Map<String, SimulatedProcess> processes = new LinkedHashMap<>();
    private final Map<String, CycleReport> unacknowledged = new LinkedHashMap<>();
    private final Map<String, Deed> deeds = new HashMap<>();
    private final Map<String, SimulatedCycle> cycles = new HashMap<>();
    private int dialled;
    /** Managers that were tried in vain, one after the other. */
    private int failed;

    private boolean closed;
    private @Nullable ManagedChannel channel;
    /** There while it is registered. */
    private @Nullable StreamObserver<ConnectRequest> stream;

    SimulatedAgent(int number, Network network, Tally tally) {
        this.number = number;
        this.name = "sim-%05d".formatted(number);
        this.id = UUID.nameUUIDFromBytes(name.getBytes(StandardCharsets.UTF_8));
        this.network = network;
        this.tally = tally;
    }

    String name() {
        return name;
    }

    /** Connects and registers; again, to the next manager, whenever the stream ends. */
    synchronized void dial() {
        if (closed) {
            return;
        }
        channel = network.channel(number + dialled++);
        Stream answers = new Stream(channel);
        answers.requests = AgentServiceGrpc.newStub(channel).connect(answers);
        answers.requests.onNext(Messages.registration(id, name, number));
    }

    private synchronized void registered(StreamObserver<ConnectRequest> requests) {
        backoff.reset();
        stream = requests;
        tally.registered();
        unacknowledged.values().forEach(this::send);
        sendTable();
    }

    private synchronized void ended(Stream ended, String why) {
        if (stream != null) {
            stream = null;
            tally.lost(why);
            failed = 0;
        }
        var _ = ended.channel.shutdownNow();
        failed = failed % network.managers() + 1;
        if (!closed) {
            network.after(failed == network.managers() ? backoff.next() : Duration.ZERO, this::dial);
        }
    }

    private synchronized void take(ConnectResponse message) {
        switch (message.getMessageCase()) {
            case START_PROCESS -> start(message.getStartProcess());
            case STOP_PROCESS -> change(message.getStopProcess().getProcessId(), ProcessState.PROCESS_STATE_STOPPED);
            case START_CYCLE -> start(message.getStartCycle());
            case ABORT_CYCLE -> abort(message.getAbortCycle());
            case CYCLE_REPORT_ACK ->
                unacknowledged.remove(message.getCycleReportAck().getCycleId());
            case CHECK_PROCESS -> send(Messages.passed(message.getCheckProcess()));
            case STAGE_IMAGE, REGISTERED, HEARD, MESSAGE_NOT_SET -> {}
        }
    }

    private void start(StartProcess start) {
        String process = start.getProcessId();
        if (!processes.containsKey(process)) {
            processes.put(
                    process,
                    new SimulatedProcess(
                            process,
                            start.getImage(),
                            ProcessState.PROCESS_STATE_STARTING,
                            FIRST_PID + number,
                            Messages.now()));
            sendTable();
            network.after(START_TAKES, () -> change(process, ProcessState.PROCESS_STATE_RUNNING));
        }
    }

    private synchronized void change(String process, ProcessState state) {
        processes.computeIfPresent(process, (_, old) -> old.in(state));
        sendTable();
    }

    /** One that is known is not begun again; its report is sent again if it waits for an acknowledgement. */
    private void start(StartCycle start) {
        String cycle = start.getCycleId();
        CycleReport waiting = unacknowledged.get(cycle);
        if (waiting != null) {
            send(waiting);
        } else if (!deeds.containsKey(cycle) && !cycles.containsKey(cycle)) {
            cycles.put(cycle, new SimulatedCycle(start, number));
            tally.began();
            advance(cycle);
        }
    }

    private void abort(AbortCycle abort) {
        SimulatedCycle running = cycles.get(abort.getCycleId());
        CycleReport waiting = unacknowledged.get(abort.getCycleId());
        if (running != null) {
            running.abort(abort.getReason());
        } else if (waiting != null) {
            send(waiting);
        }
    }

    private synchronized void advance(String id) {
        SimulatedCycle cycle = cycles.get(id);
        if (cycle == null || closed) {
            return;
        }
        if (cycle.isOver()) {
            cycles.remove(id);
            end(cycle.start(), cycle.report());
        } else {
            send(Messages.progress(id, cycle.advance()));
            network.after(STEP_TAKES, () -> advance(id));
        }
    }

    private void end(StartCycle cycle, CycleReport report) {
        String process = cycle.getProcessId();
        processes.computeIfPresent(process, (_, old) -> switch (report.getState()) {
            case CYCLE_STATE_DONE -> old.replaced(cycle.getImage());
            case CYCLE_STATE_REVERTED -> old.replaced(old.image());
            default -> old;
        });
        Deed deed = new Deed(name, process, cycle.getImage().getVersion(), report);
        deeds.put(cycle.getCycleId(), deed);
        unacknowledged.put(cycle.getCycleId(), report);
        send(report);
        sendTable();
        tally.ended(deed);
    }

    private void send(CycleReport report) {
        send(ConnectRequest.newBuilder().setCycleReport(report).build());
    }

    private void sendTable() {
        ProcessTable.Builder table = ProcessTable.newBuilder();
        processes.values().forEach(process -> table.addProcesses(process.entry(number)));
        send(ConnectRequest.newBuilder().setProcessTable(table).build());
    }

    private void send(ConnectRequest message) {
        if (stream != null) {
            stream.onNext(message);
        }
    }

    /** What runs there, by process id. */
    synchronized Map<String, Image> images() {
        Map<String, Image> images = new HashMap<>();
        processes.values().forEach(process -> images.put(process.id(), process.image()));
        return images;
    }

    synchronized Map<String, Integer> pids() {
        Map<String, Integer> pids = new HashMap<>();
        processes.values().forEach(process -> pids.put(process.id(), process.pid()));
        return pids;
    }

    /** Reports that no manager has acknowledged. */
    synchronized List<String> unacknowledged() {
        return new ArrayList<>(unacknowledged.keySet());
    }

    synchronized void close() {
        closed = true;
        if (channel != null) {
            var _ = channel.shutdownNow();
        }
    }

    /** One stream, from dialling to its end; the next is dialled after that. */
    private final class Stream implements StreamObserver<ConnectResponse> {
        final ManagedChannel channel;

        @Nullable
        StreamObserver<ConnectRequest> requests;

        Stream(ManagedChannel channel) {
            this.channel = channel;
        }

        @Override
        public void onNext(ConnectResponse message) {
            if (message.hasRegistered() && requests != null) {
                registered(requests);
            } else {
                take(message);
            }
        }

        @Override
        public void onError(Throwable broken) {
            ended(this, Reasons.root(broken));
        }

        @Override
        public void onCompleted() {
            ended(this, "the manager ended it");
        }
    }
}
