package dev.holdfast.manager.contract;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.groups.Tuple.tuple;

import com.google.rpc.PreconditionFailure;
import dev.holdfast.proto.admin.v1.CheckUpgradeRequest;
import dev.holdfast.proto.admin.v1.ListUpgradesRequest;
import dev.holdfast.proto.admin.v1.ProcessCheck;
import dev.holdfast.proto.agent.v1.CheckReport;
import dev.holdfast.proto.agent.v1.Finding;
import dev.holdfast.proto.agent.v1.Finding.Severity;
import dev.holdfast.proto.agent.v1.ProcessState;
import io.grpc.Status.Code;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;

/** Looking before anything is touched. */
interface CheckContract extends Fixture {
    Finding PASSED = finding("ptrace", Severity.SEVERITY_PASSED, "allowed");
    Finding REFUSED = finding("tls", Severity.SEVERITY_REFUSED, "port 8080 speaks TLS; upgrade it by reconnecting");

    private static Finding finding(String check, Severity severity, String detail) {
        return Finding.newBuilder()
                .setCheck(check)
                .setSeverity(severity)
                .setDetail(detail)
                .build();
    }

    @Test
    default void agentsAreAskedAtTheSameTimeAndWhoSaysNothingIsAWarning() throws Exception {
        Bench bench = Bench.withShop(manager());
        StreamAgent away = bench.agent("away");
        String onAway = bench.running(away);
        bench.away(away);
        try (StreamAgent one = bench.agent("one");
                StreamAgent old = bench.agent("old");
                StreamAgent older = bench.agent("older")) {
            String onOne = bench.running(one);
            String onOld = bench.running(old);
            String onOlder = bench.running(older);
            String starting = bench.requested(one);
            one.finds(PASSED, REFUSED);
            old.answersNoChecks();
            older.answersNoChecks();

            long before = System.nanoTime();
            List<ProcessCheck> found = check(bench);
            // Twice the manager's patience, one after the other, would be six seconds.
            assertThat(TimeUnit.NANOSECONDS.toSeconds(System.nanoTime() - before))
                    .isLessThan(6);
            assertThat(found)
                    .flatExtracting(process -> process.getFindingsList().stream()
                            .map(finding -> tuple(
                                    process.getProcessId(),
                                    finding.getCheck(),
                                    finding.getSeverity().name()))
                            .toList())
                    .containsExactlyInAnyOrder(
                            tuple(onOne, "ptrace", "SEVERITY_PASSED"),
                            tuple(onOne, "tls", "SEVERITY_REFUSED"),
                            tuple(starting, "agent", "SEVERITY_WARNING"),
                            tuple(onAway, "agent", "SEVERITY_WARNING"),
                            tuple(onOld, "agent", "SEVERITY_WARNING"),
                            tuple(onOlder, "agent", "SEVERITY_WARNING"));
            assertThat(found)
                    .allSatisfy(process -> assertThat(process.getFromVersion()).isEqualTo("1"));
            assertThat(one.questions()).hasSize(1).allSatisfy(question -> {
                assertThat(question.getProcessId()).isEqualTo(onOne);
                assertThat(question.getImage().getVersion()).isEqualTo("2");
            });
        }
    }

    @Test
    default void aStartIsRefusedWithEveryReason() throws Exception {
        Bench bench = Bench.withShop(manager());
        try (StreamAgent agent = bench.agent("a")) {
            String process = bench.running(agent);
            agent.finds(PASSED, REFUSED, finding("descriptors", Severity.SEVERITY_REFUSED, "raise LimitNOFILE"));
            Refused refused = Refused.by(Code.FAILED_PRECONDITION, bench::startUpgrade);
            assertThat(refused.message())
                    .contains("1 of 1", "holdfast upgrade check --tenant " + bench.tenant + " --image shop:2");
            assertThat(refused.detail(PreconditionFailure.class).getViolationsList())
                    .extracting(violation -> violation.getSubject(), violation -> violation.getDescription())
                    .containsExactly(
                            tuple("process/" + process, agent.name() + ": tls: " + REFUSED.getDetail()),
                            tuple("process/" + process, agent.name() + ": descriptors: raise LimitNOFILE"));
            assertThat(manager()
                            .upgrades()
                            .listUpgrades(ListUpgradesRequest.newBuilder()
                                    .setTenant(bench.tenant)
                                    .build())
                            .getUpgradesList())
                    .isEmpty();
            assertThat(agent.unread()).isEmpty();
        }
    }

    @Test
    default void aRequestThatIsKnownAsksNobody() throws Exception {
        Bench bench = Bench.withShop(manager());
        try (StreamAgent agent = bench.agent("a")) {
            bench.running(agent);
            var request = bench.upgradeRequest().setRequestId(UUID.randomUUID().toString());
            String id = manager().upgrades().startUpgrade(request.build()).getId();
            agent.finds(REFUSED);
            assertThat(manager().upgrades().startUpgrade(request.build()).getId())
                    .isEqualTo(id);
            assertThat(agent.questions()).hasSize(1);
        }
    }

    /** The answers are waited for outside of any transaction: the process table is written meanwhile. */
    @Test
    default void whileAgentsLookTheManagerGoesOn() throws Exception {
        Bench bench = Bench.withShop(manager());
        try (StreamAgent agent = bench.agent("a")) {
            String process = bench.running(agent);
            agent.answersNoChecks();
            CompletableFuture<String> start = CompletableFuture.supplyAsync(bench::startUpgrade);
            Awaitility.await().until(() -> agent.questions().size() == 1);
            agent.table(Bench.seen(process, ProcessState.PROCESS_STATE_RUNNING)
                    .setPid(4712)
                    .build());
            Awaitility.await().until(() -> bench.process(process).getPid() == 4712);
            assertThat(start).isNotDone();
            agent.check(CheckReport.newBuilder()
                    .setCheckId("not a uuid")
                    .addFindings(REFUSED)
                    .build());
            agent.check(CheckReport.newBuilder()
                    .setCheckId(agent.questions().getFirst().getCheckId())
                    .addFindings(PASSED)
                    .build());
            start.get(10, TimeUnit.SECONDS);
            Bench.startCycle(agent);
            assertThat(check(bench).getFirst().getFindings(0).getDetail()).contains("is running");
        }
    }

    /** It belongs to another host's process. */
    @Test
    default void anAgentAnswersForItsOwnProcessesOnly() throws Exception {
        Bench bench = Bench.withShop(manager());
        try (StreamAgent agent = bench.agent("a");
                StreamAgent stranger = bench.agent("b")) {
            bench.running(agent);
            agent.answersNoChecks();
            CompletableFuture<List<ProcessCheck>> check = CompletableFuture.supplyAsync(() -> check(bench));
            Awaitility.await().until(() -> agent.questions().size() == 1);
            stranger.check(CheckReport.newBuilder()
                    .setCheckId(agent.questions().getFirst().getCheckId())
                    .addFindings(REFUSED)
                    .build());
            assertThat(check.get(10, TimeUnit.SECONDS).getFirst().getFindings(0).getCheck())
                    .isEqualTo("agent");
        }
    }

    @Test
    default void whereThereIsNothingToUpgradeThereIsNothingToCheck() throws Exception {
        Bench bench = Bench.withShop(manager());
        assertThat(check(bench)).isEmpty();
        Refused.by(
                Code.NOT_FOUND,
                () -> manager()
                        .upgrades()
                        .checkUpgrade(CheckUpgradeRequest.newBuilder()
                                .setTenant(bench.tenant)
                                .setImageName("shop")
                                .setImageVersion("9")
                                .build()));
    }

    private List<ProcessCheck> check(Bench bench) {
        return manager()
                .upgrades()
                .checkUpgrade(CheckUpgradeRequest.newBuilder()
                        .setTenant(bench.tenant)
                        .setImageName("shop")
                        .setImageVersion("2")
                        .build())
                .getProcessesList();
    }
}
