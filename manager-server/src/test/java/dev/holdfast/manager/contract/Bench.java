package dev.holdfast.manager.contract;

import com.google.common.collect.ImmutableList;
import dev.holdfast.proto.admin.v1.AssignHostRequest;
import dev.holdfast.proto.admin.v1.ConnectionOutcome;
import dev.holdfast.proto.admin.v1.CreateTenantRequest;
import dev.holdfast.proto.admin.v1.Cycle;
import dev.holdfast.proto.admin.v1.GetHostRequest;
import dev.holdfast.proto.admin.v1.GetProcessRequest;
import dev.holdfast.proto.admin.v1.GetUpgradeRequest;
import dev.holdfast.proto.admin.v1.ListConnectionOutcomesRequest;
import dev.holdfast.proto.admin.v1.ListConnectionOutcomesResponse;
import dev.holdfast.proto.admin.v1.Page;
import dev.holdfast.proto.admin.v1.Process;
import dev.holdfast.proto.admin.v1.StartProcessRequest;
import dev.holdfast.proto.admin.v1.StartUpgradeRequest;
import dev.holdfast.proto.admin.v1.Upgrade;
import dev.holdfast.proto.admin.v1.UpgradeEvent;
import dev.holdfast.proto.admin.v1.WatchUpgradeRequest;
import dev.holdfast.proto.agent.v1.ConnectResponse.MessageCase;
import dev.holdfast.proto.agent.v1.CycleReport;
import dev.holdfast.proto.agent.v1.ProcessState;
import dev.holdfast.proto.agent.v1.ServerProcess;
import dev.holdfast.proto.agent.v1.StartCycle;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicInteger;
import org.awaitility.Awaitility;

/** A tenant of its own for a test, and the steps that many tests begin with. */
final class Bench {
    static final String MANIFEST = """
            exec: ["/opt/shop/server"]
            ports: [8080]
            """;

    /** Queries are asked every five seconds, and not at once on a machine that has much to do. */
    static final Duration LONG = Duration.ofSeconds(30);

    private static final AtomicInteger COUNT = new AtomicInteger();

    final Calls manager;
    final String tenant;

    private Bench(Calls manager, String tenant) {
        this.manager = manager;
        this.tenant = tenant;
    }

    Bench(Calls manager) {
        this(manager, "tenant-" + COUNT.incrementAndGet());
        manager.tenants()
                .createTenant(CreateTenantRequest.newBuilder().setName(tenant).build());
    }

    /** With versions 1 and 2 of the image "shop", which needs no bundle. */
    static Bench withShop(Calls manager) throws Exception {
        Bench bench = new Bench(manager);
        Publishing.publish(manager, Publishing.header(bench.tenant, "shop", "1", MANIFEST));
        Publishing.publish(manager, Publishing.header(bench.tenant, "shop", "2", MANIFEST));
        return bench;
    }

    /** The same tenant with the manager that came after this one's. */
    Bench at(Calls next) {
        return new Bench(next, tenant);
    }

    /** A connected agent on a host of this tenant. */
    StreamAgent agent(String name) throws InterruptedException {
        return assigned(StreamAgent.registered(manager.agentsPort(), UUID.randomUUID(), tenant + "-" + name));
    }

    /** Its host is this tenant's from now on. */
    StreamAgent assigned(StreamAgent agent) {
        manager.hosts()
                .assignHost(AssignHostRequest.newBuilder()
                        .setName(agent.name())
                        .setTenant(tenant)
                        .build());
        return agent;
    }

    StreamAgent reconnect(StreamAgent agent) throws InterruptedException {
        return StreamAgent.registered(manager.agentsPort(), agent.id(), agent.name());
    }

    /** Ends the agent's stream and waits until the manager has seen it. */
    void away(StreamAgent agent) {
        agent.close();
        GetHostRequest host = GetHostRequest.newBuilder().setName(agent.name()).build();
        Awaitility.await().until(() -> !manager.hosts().getHost(host).getConnected());
    }

    void awaitCycle(String upgrade, int index, Cycle.State state) {
        Awaitility.await().until(() -> upgrade(upgrade).getCycles(index).getState(), state::equals);
    }

    /** As an agent does that keeps its report: on one stream after the other, until it is acknowledged. */
    void reportUntilAcknowledged(StreamAgent agent, CycleReport report) {
        Awaitility.await().atMost(Duration.ofSeconds(60)).until(() -> {
            try (StreamAgent again = StreamAgent.registering(manager.agentsPort(), agent.id(), agent.name())) {
                return again.isAcknowledged(report);
            }
        });
    }

    /** The states of every event of an upgrade that has ended. */
    List<String> states(String upgrade) {
        return events(upgrade).stream().map(UpgradeEvent::getState).toList();
    }

    /** Every event of an upgrade that has ended. */
    List<UpgradeEvent> events(String upgrade) {
        return ImmutableList.copyOf(manager.upgrades()
                .watchUpgrade(WatchUpgradeRequest.newBuilder().setId(upgrade).build()));
    }

    StartProcessRequest.Builder startRequest(StreamAgent agent) {
        return StartProcessRequest.newBuilder()
                .setTenant(tenant)
                .setImageName("shop")
                .setImageVersion("1")
                .setHost(agent.name());
    }

    /** Has version 1 started; the agent has got the command and has not reported anything. */
    String requested(StreamAgent agent) throws InterruptedException {
        String id =
                manager.processes().startProcess(startRequest(agent).build()).getId();
        agent.next(MessageCase.START_PROCESS);
        return id;
    }

    String running(StreamAgent agent) throws InterruptedException {
        String id = requested(agent);
        agent.table(seen(id, ProcessState.PROCESS_STATE_RUNNING).build());
        awaitState(id, Process.State.STATE_RUNNING);
        return id;
    }

    static ServerProcess.Builder seen(String id, ProcessState state) {
        return ServerProcess.newBuilder().setProcessId(id).setState(state).setPid(4711);
    }

    Process process(String id) {
        return manager.processes()
                .getProcess(GetProcessRequest.newBuilder().setId(id).build());
    }

    Process awaitState(String id, Process.State state) {
        return Awaitility.await().until(() -> process(id), process -> process.getState() == state);
    }

    StartUpgradeRequest.Builder upgradeRequest() {
        return StartUpgradeRequest.newBuilder()
                .setTenant(tenant)
                .setImageName("shop")
                .setImageVersion("2");
    }

    /** To version 2. */
    String startUpgrade() {
        return manager.upgrades().startUpgrade(upgradeRequest().build()).getId();
    }

    Upgrade upgrade(String id) {
        return manager.upgrades()
                .getUpgrade(GetUpgradeRequest.newBuilder().setId(id).build());
    }

    /** The upgrade once it has ended: a manager decides that when the last report is durable and acknowledged. */
    Upgrade ended(String id) {
        return Awaitility.await().atMost(LONG).until(() -> upgrade(id), Upgrade::hasEndTime);
    }

    Upgrade awaitUpgrade(String id, Upgrade.State state) {
        return Awaitility.await().atMost(LONG).until(() -> upgrade(id), upgrade -> upgrade.getState() == state);
    }

    static StartCycle startCycle(StreamAgent agent) throws InterruptedException {
        return agent.next(MessageCase.START_CYCLE).getStartCycle();
    }

    /** All pages. */
    List<ConnectionOutcome> outcomes(String id, int pageSize) {
        List<ConnectionOutcome> found = new ArrayList<>();
        String token = "";
        do {
            ListConnectionOutcomesResponse page = manager.upgrades()
                    .listConnectionOutcomes(ListConnectionOutcomesRequest.newBuilder()
                            .setUpgradeId(id)
                            .setPage(Page.newBuilder().setPageSize(pageSize).setPageToken(token))
                            .build());
            found.addAll(page.getConnectionsList());
            token = page.getNextPageToken();
        } while (!token.isEmpty());
        return found;
    }
}
