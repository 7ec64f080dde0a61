package dev.holdfast.cli.process;

import dev.holdfast.cli.connection.Manager;
import dev.holdfast.cli.failure.CliException;
import dev.holdfast.cli.output.Output;
import dev.holdfast.cli.output.StatusLine;
import dev.holdfast.cli.output.Words;
import dev.holdfast.proto.admin.v1.GetHostRequest;
import dev.holdfast.proto.admin.v1.GetProcessRequest;
import dev.holdfast.proto.admin.v1.Process;
import java.time.Duration;
import java.util.function.Predicate;
import picocli.CommandLine.Option;

/** Waits for what becomes of a process. */
final class WaitOption {
    private static final Duration INTERVAL = Duration.ofMillis(100);

    @Option(names = "--no-wait", description = "Return as soon as it is decided.")
    private boolean noWait;

    @Option(
            names = "--timeout",
            paramLabel = "SECONDS",
            defaultValue = "300",
            description = "How long to wait (default: 300).")
    private int timeoutSeconds = 300;

    /** Asks again and again; the process as it was given where nobody wants to wait. */
    Process until(Manager manager, Output out, Process given, Predicate<Process.State> reached)
            throws InterruptedException {
        if (noWait) {
            return given;
        }
        Process process = given;
        long end = System.nanoTime() + Duration.ofSeconds(timeoutSeconds).toNanos();
        try (StatusLine status = out.statusLine()) {
            while (!reached.test(process.getState())) {
                if (System.nanoTime() > end) {
                    throw tooLate(manager, process);
                }
                status.show("process " + process.getId() + " on " + process.getHost() + ": "
                        + Words.state(process.getState()) + " …");
                Thread.sleep(INTERVAL);
                process = manager.processes()
                        .getProcess(GetProcessRequest.newBuilder()
                                .setId(given.getId())
                                .build());
            }
        }
        return process;
    }

    private CliException tooLate(Manager manager, Process process) {
        boolean connected = manager.hosts()
                .getHost(GetHostRequest.newBuilder().setName(process.getHost()).build())
                .getConnected();
        return CliException.failed(
                "process %s is still %s after %d s%s"
                        .formatted(
                                process.getId(),
                                Words.state(process.getState()),
                                timeoutSeconds,
                                connected ? "" : ", and the agent of host " + process.getHost() + " is away"),
                "it goes on; see: holdfast process show " + process.getId());
    }
}
