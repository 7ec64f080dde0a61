package dev.holdfast.agent.link;

import dev.holdfast.agent.cycle.Cycles;
import dev.holdfast.agent.preflight.Finding;
import dev.holdfast.agent.preflight.Preflight;
import dev.holdfast.agent.process.ImageRef;
import dev.holdfast.agent.process.ServerProcesses;
import dev.holdfast.agent.process.Staging;
import dev.holdfast.proto.agent.v1.AbortCycle;
import dev.holdfast.proto.agent.v1.CheckProcess;
import dev.holdfast.proto.agent.v1.CheckReport;
import dev.holdfast.proto.agent.v1.ConnectRequest;
import dev.holdfast.proto.agent.v1.ConnectResponse;
import dev.holdfast.proto.agent.v1.CycleReport;
import dev.holdfast.proto.agent.v1.CycleState;
import dev.holdfast.proto.agent.v1.StartCycle;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Does what the manager says. The manager repeats itself after every registration: what is known is not done twice. */
public final class Commands implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Commands.class);

    private final ServerProcesses servers;
    private final Cycles cycles;
    private final Outbox outbox;
    private final Staging staging;
    private final ExecutorService executor = Executors.newVirtualThreadPerTaskExecutor();

    public Commands(ServerProcesses servers, Cycles cycles, Outbox outbox, Staging staging) {
        this.servers = servers;
        this.cycles = cycles;
        this.outbox = outbox;
        this.staging = staging;
    }

    /** Returns at once; the work goes on beside. */
    void handle(ConnectResponse command) {
        switch (command.getMessageCase()) {
            case START_PROCESS -> {
                var start = command.getStartProcess();
                run(
                        "start process " + start.getProcessId(),
                        () -> servers.start(start.getProcessId(), Messages.image(start.getImage())));
            }
            case STOP_PROCESS -> {
                String id = command.getStopProcess().getProcessId();
                run("stop process " + id, () -> servers.stop(id));
            }
            case START_CYCLE ->
                run("start cycle " + command.getStartCycle().getCycleId(), () -> cycle(command.getStartCycle()));
            case CYCLE_REPORT_ACK -> {
                String id = command.getCycleReportAck().getCycleId();
                run("forget the report of cycle " + id, () -> outbox.acknowledged(id));
            }
            case CHECK_PROCESS -> {
                CheckProcess question = command.getCheckProcess();
                run("check process " + question.getProcessId(), () -> check(question));
            }
            case ABORT_CYCLE -> {
                AbortCycle abort = command.getAbortCycle();
                run("abort cycle " + abort.getCycleId(), () -> cycles.abort(abort.getCycleId(), abort.getReason()));
            }
            case STAGE_IMAGE -> {
                ImageRef image = Messages.image(command.getStageImage().getImage());
                staging.stage(image, new StageReports(image, outbox));
            }
            case REGISTERED, HEARD, MESSAGE_NOT_SET -> LOG.debug("not a command: {}", command.getMessageCase());
        }
    }

    private void cycle(StartCycle start) {
        if (outbox.sendAgain(start.getCycleId())) {
            return;
        }
        if (servers.get(start.getProcessId()).isEmpty()) {
            outbox.keep(CycleReport.newBuilder()
                    .setCycleId(start.getCycleId())
                    .setState(CycleState.CYCLE_STATE_ABORTED)
                    .setReason("This agent manages no process " + start.getProcessId())
                    .setEndTime(Messages.timestamp(Instant.now()))
                    .build());
            outbox.reported(start.getCycleId());
            return;
        }
        cycles.start(start.getCycleId(), start.getProcessId(), Messages.image(start.getImage()));
    }

    /** The answer is of use only while the manager waits for it: it is sent once. */
    private void check(CheckProcess question) {
        boolean _ = outbox.send(ConnectRequest.newBuilder()
                .setCheckReport(CheckReport.newBuilder()
                        .setCheckId(question.getCheckId())
                        .addAllFindings(findings(question).stream()
                                .map(Messages::finding)
                                .toList()))
                .build());
    }

    /** One answer to each question, whatever goes wrong: the manager waits. */
    private List<Finding> findings(CheckProcess question) {
        String id = question.getProcessId();
        if (servers.get(id).isEmpty()) {
            return List.of(Finding.refused("process", "This agent manages no process " + id));
        }
        try {
            return new Preflight(servers).look(id, Messages.image(question.getImage()), cycles.underWay());
        } catch (RuntimeException e) {
            LOG.error("process {} cannot be checked", id, e);
            return List.of(Finding.refused("process", "it cannot be checked: " + e));
        }
    }

    private interface Work {
        void run() throws InterruptedException;
    }

    private void run(String what, Work work) {
        executor.execute(() -> {
            try {
                work.run();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            } catch (RuntimeException e) {
                LOG.error("cannot {}: {}", what, e.getMessage(), e);
            }
        });
    }

    /** Breaks off what is being started or stopped; a later agent goes on with it. */
    @Override
    public void close() {
        staging.close();
        executor.shutdownNow();
        executor.close();
    }
}
