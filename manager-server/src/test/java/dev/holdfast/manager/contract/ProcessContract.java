package dev.holdfast.manager.contract;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import dev.holdfast.proto.admin.v1.ClientProcess;
import dev.holdfast.proto.admin.v1.GetHostRequest;
import dev.holdfast.proto.admin.v1.ListProcessesRequest;
import dev.holdfast.proto.admin.v1.Process;
import dev.holdfast.proto.admin.v1.Resolution;
import dev.holdfast.proto.admin.v1.ResolveImageRequest;
import dev.holdfast.proto.admin.v1.StartProcessRequest;
import dev.holdfast.proto.admin.v1.StopProcessRequest;
import dev.holdfast.proto.agent.v1.ChildProcess;
import dev.holdfast.proto.agent.v1.ConnectResponse.MessageCase;
import dev.holdfast.proto.agent.v1.Port;
import dev.holdfast.proto.agent.v1.ProcessState;
import dev.holdfast.proto.agent.v1.StartProcess;
import io.grpc.Status.Code;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Test;

/** Server processes: starting, stopping, the process tables, and the resolution of an image. */
interface ProcessContract extends Fixture {
    @Test
    default void aProcessIsStartedSeenAndStopped() throws Exception {
        Bench bench = Bench.withShop(manager());
        try (StreamAgent agent = bench.agent("a")) {
            Process requested =
                    manager().processes().startProcess(bench.startRequest(agent).build());
            assertThat(requested.getState()).isEqualTo(Process.State.STATE_REQUESTED);
            StartProcess command = agent.next(MessageCase.START_PROCESS).getStartProcess();
            assertThat(command.getProcessId()).isEqualTo(requested.getId());
            assertThat(command.getImage().getManifest()).isEqualTo(Bench.MANIFEST);

            agent.table(Bench.seen(requested.getId(), ProcessState.PROCESS_STATE_RUNNING)
                    .addPorts(Port.newBuilder()
                            .setAddress("::")
                            .setPort(8080)
                            .setInode(5)
                            .setConnections(3))
                    .addChildren(ChildProcess.newBuilder().setPid(9).setCommand("worker"))
                    .build());
            Process running = bench.awaitState(requested.getId(), Process.State.STATE_RUNNING);
            assertThat(running.getPid()).isEqualTo(4711);
            assertThat(running.getPorts(0).getInode()).isEqualTo(5);
            assertThat(running.getChildren(0).getCommand()).isEqualTo("worker");

            assertThat(stop(requested.getId()).getState()).isEqualTo(Process.State.STATE_STOPPING);
            assertThat(agent.next(MessageCase.STOP_PROCESS).getStopProcess().getProcessId())
                    .isEqualTo(requested.getId());
            agent.table(Bench.seen(requested.getId(), ProcessState.PROCESS_STATE_STOPPED)
                    .build());
            bench.awaitState(requested.getId(), Process.State.STATE_STOPPED);
            assertThat(stop(requested.getId()).getState()).isEqualTo(Process.State.STATE_STOPPED);
            assertThat(list(bench, false)).isEmpty();
            assertThat(list(bench, true)).hasSize(1);
        }
    }

    @Test
    default void aFailureIsKeptWithItsReason() throws Exception {
        Bench bench = Bench.withShop(manager());
        try (StreamAgent agent = bench.agent("a")) {
            String id = bench.requested(agent);
            agent.table(Bench.seen(id, ProcessState.PROCESS_STATE_FAILED)
                    .setPid(0)
                    .setDetail("/opt/shop/server: no such file")
                    .build());
            assertThat(bench.awaitState(id, Process.State.STATE_FAILED).getDetail())
                    .isEqualTo("/opt/shop/server: no such file");
        }
    }

    @Test
    default void aProcessThatTheAgentNoLongerListsIsOver() throws Exception {
        Bench bench = Bench.withShop(manager());
        try (StreamAgent agent = bench.agent("a")) {
            String id = bench.running(agent);
            String requested = bench.requested(agent);
            agent.table();
            assertThat(bench.awaitState(id, Process.State.STATE_EXITED).getDetail())
                    .contains("no longer knows");
            assertThat(bench.process(requested).getState()).isEqualTo(Process.State.STATE_REQUESTED);
        }
    }

    @Test
    default void commandsAreRepeatedAfterEveryRegistrationUntilTheyAreReported() throws Exception {
        Bench bench = Bench.withShop(manager());
        StreamAgent agent = bench.agent("a");
        String id = bench.requested(agent);
        agent.close();
        try (StreamAgent again = bench.reconnect(agent)) {
            assertThat(again.next(MessageCase.START_PROCESS).getStartProcess().getProcessId())
                    .isEqualTo(id);
            again.table(Bench.seen(id, ProcessState.PROCESS_STATE_STARTING).build());
            bench.awaitState(id, Process.State.STATE_STARTING);
            stop(id);
            again.next(MessageCase.STOP_PROCESS);
        }
        try (StreamAgent again = bench.reconnect(agent)) {
            assertThat(again.next(MessageCase.STOP_PROCESS).getStopProcess().getProcessId())
                    .isEqualTo(id);
            assertThat(again.unread()).isEmpty();
        }
    }

    @Test
    default void theSameRequestIdIsTheSameProcess() throws Exception {
        Bench bench = Bench.withShop(manager());
        try (StreamAgent agent = bench.agent("a")) {
            var request =
                    bench.startRequest(agent).setRequestId(UUID.randomUUID().toString());
            Process first = manager().processes().startProcess(request.build());
            assertThat(manager().processes().startProcess(request.build())).isEqualTo(first);
            assertThat(list(bench, true)).hasSize(1);
            request.setImageVersion("2");
            Refused.by(Code.INVALID_ARGUMENT, () -> manager().processes().startProcess(request.build()))
                    .field("request_id", first.getId(), "version 1");
            request.setImageVersion("1");
            try (StreamAgent other = bench.agent("b")) {
                request.setHost(other.name());
                Refused.by(Code.INVALID_ARGUMENT, () -> manager().processes().startProcess(request.build()))
                        .field("request_id", first.getId());
            }
        }
    }

    /** An upgrade changes what the process runs, not what was asked for. */
    @Test
    default void theSameRequestIdIsTheSameProcessAlsoAfterItsUpgrade() throws Exception {
        Bench bench = Bench.withShop(manager());
        try (StreamAgent agent = bench.agent("a")) {
            var request =
                    bench.startRequest(agent).setRequestId(UUID.randomUUID().toString());
            String id = manager().processes().startProcess(request.build()).getId();
            agent.next(MessageCase.START_PROCESS);
            agent.table(Bench.seen(id, ProcessState.PROCESS_STATE_RUNNING).build());
            bench.awaitState(id, Process.State.STATE_RUNNING);
            bench.startUpgrade();
            agent.report(Reports.done(Bench.startCycle(agent).getCycleId(), 1));
            agent.next(MessageCase.CYCLE_REPORT_ACK);
            Process again = manager().processes().startProcess(request.build());
            assertThat(again.getId()).isEqualTo(id);
            assertThat(again.getImageVersion()).isEqualTo("2");
        }
    }

    @Test
    default void whatAStartNamesMustBeThere() throws Exception {
        Bench bench = Bench.withShop(manager());
        Bench other = new Bench(manager());
        try (StreamAgent agent = bench.agent("a");
                StreamAgent foreign = other.agent("a")) {
            assertThat(refused(Code.NOT_FOUND, bench.startRequest(agent).setImageVersion("3")))
                    .contains("no version '3'", "2, 1");
            assertThat(refused(Code.NOT_FOUND, bench.startRequest(agent).setImageName("stop")))
                    .contains("no image 'stop'", "shop");
            assertThat(refused(Code.NOT_FOUND, bench.startRequest(agent).setHost("nowhere")))
                    .contains("no host 'nowhere'");
            assertThat(refused(Code.FAILED_PRECONDITION, bench.startRequest(foreign)))
                    .contains("holdfast host assign " + foreign.name() + " --tenant " + bench.tenant);
        }
    }

    @Test
    default void anImageIsResolvedDownToItsClientsAndPorts() throws Exception {
        Bench bench = Bench.withShop(manager());
        try (StreamAgent agent = bench.agent("a");
                StreamAgent client = bench.agent("client")) {
            String address = manager()
                    .hosts()
                    .getHost(GetHostRequest.newBuilder().setName(client.name()).build())
                    .getAddresses(0);
            String id = bench.requested(agent);
            agent.table(Bench.seen(id, ProcessState.PROCESS_STATE_RUNNING)
                    .addPorts(Port.newBuilder().setAddress("0.0.0.0").setPort(8080))
                    .addClients(client("127.0.0.1", 77, 40001))
                    .addClients(client("203.0.113.9", 0, 40002))
                    .addClients(client(address, 0, 40003))
                    .build());
            bench.awaitState(id, Process.State.STATE_RUNNING);

            Resolution resolution = manager()
                    .processes()
                    .resolveImage(ResolveImageRequest.newBuilder()
                            .setTenant(bench.tenant)
                            .setImageName("shop")
                            .build());
            assertThat(resolution.getHostsList()).hasSize(1);
            assertThat(resolution.getHosts(0).getHost()).isEqualTo(agent.name());
            Process process = resolution.getHosts(0).getProcesses(0);
            assertThat(process.getId()).isEqualTo(id);
            assertThat(process.getClientsList())
                    .extracting(ClientProcess::getAddress, ClientProcess::getHost, c -> c.getPortsList())
                    .containsExactlyInAnyOrder(
                            tuple("127.0.0.1", agent.name(), List.of(40001)),
                            tuple("203.0.113.9", "", List.of(40002)),
                            tuple(address, client.name(), List.of(40003)));
        }
    }

    private static dev.holdfast.proto.agent.v1.ClientProcess client(String address, int pid, int port) {
        return dev.holdfast.proto.agent.v1.ClientProcess.newBuilder()
                .setAddress(address)
                .setPid(pid)
                .addPorts(port)
                .setServerPort(8080)
                .build();
    }

    private String refused(Code code, StartProcessRequest.Builder request) {
        return Refused.by(code, () -> manager().processes().startProcess(request.build()))
                .message();
    }

    private Process stop(String id) {
        return manager()
                .processes()
                .stopProcess(StopProcessRequest.newBuilder().setId(id).build());
    }

    private List<Process> list(Bench bench, boolean all) {
        return manager()
                .processes()
                .listProcesses(ListProcessesRequest.newBuilder()
                        .setTenant(bench.tenant)
                        .setAll(all)
                        .build())
                .getProcessesList();
    }
}
