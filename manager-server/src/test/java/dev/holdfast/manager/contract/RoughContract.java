package dev.holdfast.manager.contract;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.holdfast.proto.admin.v1.CreateTenantRequest;
import dev.holdfast.proto.admin.v1.Cycle;
import dev.holdfast.proto.admin.v1.GetHostRequest;
import dev.holdfast.proto.admin.v1.ListTenantsRequest;
import dev.holdfast.proto.admin.v1.Process;
import dev.holdfast.proto.admin.v1.Upgrade;
import dev.holdfast.proto.admin.v1.UpgradeEvent;
import dev.holdfast.proto.agent.v1.ChildProcess;
import dev.holdfast.proto.agent.v1.ClientProcess;
import dev.holdfast.proto.agent.v1.ConnectResponse.MessageCase;
import dev.holdfast.proto.agent.v1.CycleState;
import dev.holdfast.proto.agent.v1.ProcessState;
import io.grpc.Status;
import io.grpc.Status.Code;
import java.sql.Connection;
import java.sql.Statement;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;

/** What an agent may send and a database may do without the manager losing anything. */
interface RoughContract extends Fixture {
    /** PostgreSQL has no text with a NUL in it, and programs may call themselves what they like. */
    @Test
    default void aNulInATextIsReplaced() throws Exception {
        Bench bench = Bench.withShop(manager());
        try (StreamAgent agent = bench.agent("a")) {
            String process = bench.requested(agent);
            agent.table(Bench.seen(process, ProcessState.PROCESS_STATE_RUNNING)
                    .addChildren(ChildProcess.newBuilder().setPid(9).setCommand("a\0b"))
                    .build());
            Process running = bench.awaitState(process, Process.State.STATE_RUNNING);
            assertThat(running.getChildren(0).getCommand()).isEqualTo("a\uFFFDb");
            String id = bench.startUpgrade();
            String cycle = Bench.startCycle(agent).getCycleId();
            agent.progress(cycle, CycleState.CYCLE_STATE_HOLDING, "a\0");
            agent.report(Reports.ended(cycle, CycleState.CYCLE_STATE_ABORTED, "\0"));
            agent.next(MessageCase.CYCLE_REPORT_ACK);
            assertThat(bench.upgrade(id).getCycles(0).getReason()).isEqualTo("\uFFFD");
            assertThat(bench.events(id)).extracting(UpgradeEvent::getDetail).contains("a\uFFFD", "\uFFFD");
            Refused.by(
                    Code.NOT_FOUND,
                    () -> manager()
                            .hosts()
                            .getHost(GetHostRequest.newBuilder().setName("a\0").build()));
        }
    }

    @Test
    default void aClientThatIsListedTwiceIsOne() throws Exception {
        Bench bench = Bench.withShop(manager());
        try (StreamAgent agent = bench.agent("a")) {
            String process = bench.requested(agent);
            ClientProcess.Builder client =
                    ClientProcess.newBuilder().setAddress("203.0.113.7").setServerPort(8080);
            agent.table(Bench.seen(process, ProcessState.PROCESS_STATE_RUNNING)
                    .addClients(client.clone().addPorts(1001))
                    .addClients(client.clone().addPorts(1002))
                    .build());
            Process running = bench.awaitState(process, Process.State.STATE_RUNNING);
            assertThat(running.getClientsList()).hasSize(1);
            assertThat(running.getClients(0).getPortsList()).containsExactly(1001, 1002);
        }
    }

    /** A stream that failed is over at once: it neither counts as connected nor disturbs the next one. */
    @Test
    default void anAgentWhoseStreamFailedRegistersAgain() throws Exception {
        Bench bench = Bench.withShop(manager());
        try (StreamAgent agent = bench.agent("a")) {
            String id = bench.running(agent);
            agent.register();
            assertThat(agent.ended().getCode()).isEqualTo(Code.INVALID_ARGUMENT);
            try (StreamAgent again = bench.reconnect(agent)) {
                again.table(Bench.seen(id, ProcessState.PROCESS_STATE_EXITED).build());
                bench.awaitState(id, Process.State.STATE_EXITED);
            }
        }
    }

    @Test
    default void aConnectionToTheDatabaseThatBreaksIsNotTheCallersFault() throws Exception {
        try (Connection other = connect();
                Statement statement = other.createStatement()) {
            other.setAutoCommit(false);
            statement.execute("LOCK TABLE tenant IN ACCESS EXCLUSIVE MODE");
            CompletableFuture<Throwable> failure = CompletableFuture.supplyAsync(() ->
                    catchThrowable(() -> manager().tenants().listTenants(ListTenantsRequest.getDefaultInstance())));
            Awaitility.await()
                    .until(() -> !query("SELECT pg_terminate_backend(pid) FROM pg_locks"
                                    + " WHERE relation = 'tenant'::regclass AND NOT granted")
                            .isEmpty());
            assertThat(Status.fromThrowable(failure.get(10, TimeUnit.SECONDS)).getCode())
                    .isEqualTo(Code.UNAVAILABLE);
            other.rollback();
        }
        assertThat(manager()
                        .tenants()
                        .createTenant(CreateTenantRequest.newBuilder()
                                .setName("after-the-break")
                                .build())
                        .getName())
                .isEqualTo("after-the-break");
    }

    @Test
    default void aReportThatNoClockCouldHaveMadeIsKept() throws Exception {
        Bench bench = Bench.withShop(manager());
        try (StreamAgent agent = bench.agent("a")) {
            bench.running(agent);
            String id = bench.startUpgrade();
            String cycle = Bench.startCycle(agent).getCycleId();
            agent.report(Reports.impossible(cycle));
            agent.next(MessageCase.CYCLE_REPORT_ACK);
            Upgrade ended = bench.ended(id);
            assertThat(ended.getCycles(0).getState()).isEqualTo(Cycle.State.STATE_FAILED);
            assertThat(ended.getTotals().getReset()).isEqualTo(1);
        }
    }
}
