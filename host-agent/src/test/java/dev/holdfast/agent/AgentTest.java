package dev.holdfast.agent;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.holdfast.agent.link.TestManager;
import dev.holdfast.agent.process.Exits;
import dev.holdfast.agent.process.ProcessTree;
import dev.holdfast.common.address.HostPort;
import dev.holdfast.common.bundle.Bundles;
import dev.holdfast.proto.agent.v1.CheckProcess;
import dev.holdfast.proto.agent.v1.CheckReport;
import dev.holdfast.proto.agent.v1.ConnectResponse;
import dev.holdfast.proto.agent.v1.CycleReportAck;
import dev.holdfast.proto.agent.v1.CycleState;
import dev.holdfast.proto.agent.v1.Finding.Severity;
import dev.holdfast.proto.agent.v1.Image;
import dev.holdfast.proto.agent.v1.ProcessState;
import dev.holdfast.proto.agent.v1.Registration;
import dev.holdfast.proto.agent.v1.ServerProcess;
import dev.holdfast.proto.agent.v1.StageImage;
import dev.holdfast.proto.agent.v1.StageReport;
import dev.holdfast.proto.agent.v1.StartCycle;
import dev.holdfast.proto.agent.v1.StartProcess;
import dev.holdfast.proto.agent.v1.StopProcess;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AgentTest {
    private static final Duration SOON = Duration.ofSeconds(20);

    @TempDir
    Path dir;

    private Path bundle;
    private TestManager manager;
    private Agent agent;
    private int port;

    @BeforeEach
    void start() throws IOException {
        Path program = Files.createDirectories(dir.resolve("content/bin")).resolve("server");
        Files.writeString(program, "#!/bin/sh\nexec /usr/bin/python3 -m http.server --bind 127.0.0.1 $1\n");
        Files.setPosixFilePermissions(program, PosixFilePermissions.fromString("rwxr-xr-x"));
        bundle = dir.resolve("bundle.tar.gz");
        Bundles.pack(dir.resolve("content"), bundle);
        manager = new TestManager(0, bundle);
        agent = agent(manager.port());
        port = Ports.free();
        await().until(() -> manager.registrations.size() == 1);
    }

    @AfterEach
    void end() throws IOException, InterruptedException {
        agent.close();
        manager.close();
        manager.tables.stream()
                .flatMap(table -> table.getProcessesList().stream())
                .mapToInt(ServerProcess::getPid)
                .filter(pid -> pid != 0)
                .distinct()
                .forEach(pid -> ProcessTree.of(pid).killAll(new Exits(), SOON));
        // An agent goes on watching after its end, as the program would not, and writes into the directory.
        await().atMost(SOON)
                .until(() -> Thread.getAllStackTraces().keySet().stream()
                        .noneMatch(thread -> thread.getName().startsWith("exit-of-")));
    }

    private Agent agent(int managerPort) throws IOException {
        HostPort address = new HostPort("127.0.0.1", managerPort);
        return Agent.start(
                new AgentConfig(List.of(address), "web-1", dir.resolve("data"), Map.of("rack", "7")), _ -> {});
    }

    private Image image(String version) throws IOException {
        return Image.newBuilder()
                .setName("files")
                .setVersion(version)
                .setManifest("exec: [\"bin/server\", \"%1$d\"]\nports: [%1$d]\n".formatted(port))
                .setBundleDigest(Bundles.digest(bundle))
                .setBundleSizeBytes(Files.size(bundle))
                .build();
    }

    private void startProcess() throws IOException {
        manager.send(ConnectResponse.newBuilder()
                .setStartProcess(StartProcess.newBuilder().setProcessId("p-1").setImage(image("1")))
                .build());
    }

    private ServerProcess awaitState(ProcessState state) {
        await().atMost(SOON)
                .until(() -> manager.process("p-1")
                        .filter(process -> process.getState() == state)
                        .isPresent());
        return manager.process("p-1").orElseThrow();
    }

    @Test
    void tellsWhatItsHostIs() {
        Registration registration = manager.registrations.getFirst();

        assertThat(registration.getName()).isEqualTo("web-1");
        assertThat(registration.getAgentId()).matches("[0-9a-f-]{36}");
        assertThat(registration.getAddressesList()).contains("127.0.0.1");
        assertThat(registration.getKernel()).isEqualTo(System.getProperty("os.version"));
        assertThat(registration.getCores()).isPositive();
        assertThat(registration.getMemoryBytes()).isGreaterThan(100_000_000);
        assertThat(registration.getLabelsMap()).containsExactly(Map.entry("rack", "7"));
    }

    @Test
    void hasAnImageReadyAheadAndRunsNothing() throws IOException {
        manager.send(ConnectResponse.newBuilder()
                .setStageImage(StageImage.newBuilder().setImage(image("2")))
                .build());
        await().atMost(SOON).until(() -> manager.stages.size() == 1);

        assertThat(manager.stages.getFirst().getState()).isEqualTo(StageReport.State.STATE_STAGED);
        assertThat(manager.stages.getFirst().getImageVersion()).isEqualTo("2");
        assertThat(dir.resolve("data/images")).isDirectoryContaining(Files::isDirectory);
        assertThat(manager.process("p-1")).isEmpty();
    }

    @Test
    void startsAndStopsAServerFromItsBundle() throws IOException {
        startProcess();
        ServerProcess running = awaitState(ProcessState.PROCESS_STATE_RUNNING);

        assertThat(running.getPid()).isPositive();
        assertThat(running.getImageVersion()).isEqualTo("1");
        await().atMost(SOON).until(() -> manager.process("p-1").orElseThrow().getPortsCount() == 1);
        assertThat(manager.process("p-1").orElseThrow().getPorts(0).getPort()).isEqualTo(port);

        manager.send(ConnectResponse.newBuilder()
                .setStopProcess(StopProcess.newBuilder().setProcessId("p-1"))
                .build());
        awaitState(ProcessState.PROCESS_STATE_STOPPED);
    }

    @Test
    void aRestartedAgentIsTheSameHostWithTheSameServers() throws IOException {
        startProcess();
        ServerProcess before = awaitState(ProcessState.PROCESS_STATE_RUNNING);

        agent.close();
        manager.tables.clear();
        agent = agent(manager.port());
        ServerProcess after = awaitState(ProcessState.PROCESS_STATE_RUNNING);

        assertThat(after.getPid()).isEqualTo(before.getPid());
        assertThat(after.getStartTime()).isEqualTo(before.getStartTime());
        assertThat(manager.registrations)
                .extracting(Registration::getAgentId)
                .hasSize(2)
                .containsOnly(manager.registrations.getFirst().getAgentId());
    }

    @Test
    void anExitIsReported() throws IOException {
        startProcess();
        ServerProcess running = awaitState(ProcessState.PROCESS_STATE_RUNNING);

        ProcessTree.of(running.getPid()).killAll(new Exits(), SOON);

        ServerProcess exited = awaitState(ProcessState.PROCESS_STATE_EXITED);
        assertThat(exited.getDetail()).startsWith("Its process " + running.getPid());
        assertThat(exited.getPortsCount()).isZero();
    }

    @Test
    void dialsUntilThereIsAManager() throws IOException, InterruptedException {
        agent.close();
        manager.close();
        int there = Ports.free();
        try (ServerSocket nobody = new ServerSocket(there, 1, InetAddress.getLoopbackAddress())) {
            agent = agent(there);
            for (int i = 0; i < 4; i++) {
                nobody.accept().close();
            }
        }
        manager = new TestManager(there, bundle);

        await().atMost(SOON).until(() -> manager.registrations.size() == 1);
    }

    @Test
    void comesBackToAManagerThatWasGone() throws IOException, InterruptedException {
        startProcess();
        awaitState(ProcessState.PROCESS_STATE_RUNNING);
        int there = manager.port();

        manager.close();
        TestManager gone = manager;
        manager = new TestManager(there, bundle);

        awaitState(ProcessState.PROCESS_STATE_RUNNING);
        assertThat(manager.registrations).singleElement().isEqualTo(gone.registrations.getFirst());
    }

    @Test
    void aCycleOfAnUnknownProcessIsReportedUntilItIsAcknowledged() throws IOException, InterruptedException {
        manager.send(ConnectResponse.newBuilder()
                .setStartCycle(StartCycle.newBuilder()
                        .setCycleId("c-1")
                        .setProcessId("p-9")
                        .setImage(image("2")))
                .build());
        await().atMost(SOON).until(() -> manager.reports.size() == 1);
        assertThat(manager.reports.getFirst().getState()).isEqualTo(CycleState.CYCLE_STATE_ABORTED);
        assertThat(manager.reports.getFirst().getReason()).isEqualTo("This agent manages no process p-9");

        int there = manager.port();
        manager.close();
        manager = new TestManager(there, bundle);
        await().atMost(SOON).until(() -> manager.reports.size() == 1);

        manager.send(ConnectResponse.newBuilder()
                .setCycleReportAck(CycleReportAck.newBuilder().setCycleId("c-1"))
                .build());
        await().until(() -> {
            try (Stream<Path> left = Files.list(dir.resolve("data/reports"))) {
                return left.findAny().isEmpty();
            }
        });
    }

    private CheckReport check(String id, String processId, Image image) {
        manager.send(ConnectResponse.newBuilder()
                .setCheckProcess(CheckProcess.newBuilder()
                        .setCheckId(id)
                        .setProcessId(processId)
                        .setImage(image))
                .build());
        await().atMost(SOON)
                .until(() -> manager.checks.stream()
                        .anyMatch(report -> report.getCheckId().equals(id)));
        return manager.checks.getLast();
    }

    @Test
    void saysWhetherAProcessCanBeUpgraded() throws IOException {
        startProcess();
        awaitState(ProcessState.PROCESS_STATE_RUNNING);

        assertThat(check("q-1", "p-1", image("2")).getFindingsList())
                .hasSizeGreaterThan(10)
                .noneMatch(finding -> finding.getSeverity() == Severity.SEVERITY_REFUSED);
        Image elsewhere = image("2").toBuilder()
                .setManifest("exec: [bin/server]\nports: [1]\n")
                .build();
        assertThat(check("q-2", "p-1", elsewhere).getFindingsList())
                .filteredOn(finding -> finding.getSeverity() == Severity.SEVERITY_REFUSED)
                .singleElement()
                .satisfies(finding -> {
                    assertThat(finding.getCheck()).isEqualTo("listener");
                    assertThat(finding.getDetail()).endsWith("name the port there too");
                });
    }

    @Test
    void aProcessThatIsNotItsOwnCannotBeUpgraded() throws IOException {
        assertThat(check("q-1", "p-9", image("2")).getFindingsList())
                .singleElement()
                .satisfies(finding -> {
                    assertThat(finding.getSeverity()).isEqualTo(Severity.SEVERITY_REFUSED);
                    assertThat(finding.getDetail()).isEqualTo("This agent manages no process p-9");
                });
    }

    @Test
    void aBundleThatIsMissingFailsTheProcess() throws IOException {
        manager.send(ConnectResponse.newBuilder()
                .setStartProcess(StartProcess.newBuilder()
                        .setProcessId("p-1")
                        .setImage(image("1").toBuilder().setBundleDigest("sha256:" + "0".repeat(64))))
                .build());

        assertThat(awaitState(ProcessState.PROCESS_STATE_FAILED).getDetail()).contains("is not what was published");
    }

    @Test
    void aSecondAgentOnTheDataDirectoryIsRefused() {
        assertThatThrownBy(() -> agent(manager.port()))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("is in use by the agent with pid "
                        + ProcessHandle.current().pid());
    }
}
