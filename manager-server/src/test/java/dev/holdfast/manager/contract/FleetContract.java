package dev.holdfast.manager.contract;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.holdfast.proto.admin.v1.AssignHostRequest;
import dev.holdfast.proto.admin.v1.CreateTenantRequest;
import dev.holdfast.proto.admin.v1.GetHostRequest;
import dev.holdfast.proto.admin.v1.Host;
import dev.holdfast.proto.admin.v1.ListHostsRequest;
import dev.holdfast.proto.admin.v1.ListTenantsRequest;
import dev.holdfast.proto.admin.v1.ListTenantsResponse;
import dev.holdfast.proto.admin.v1.Page;
import dev.holdfast.proto.admin.v1.Tenant;
import io.grpc.Status.Code;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Tenants, hosts and the registration of agents. */
interface FleetContract extends Fixture {
    @Test
    default void bothPortsTellTheirHealthAndTheirServices() throws Exception {
        assertThat(Probe.servicesOf(manager().adminPort()))
                .contains(
                        "holdfast.admin.v1.TenantService",
                        "holdfast.admin.v1.HostService",
                        "holdfast.admin.v1.ImageService",
                        "holdfast.admin.v1.ProcessService",
                        "holdfast.admin.v1.UpgradeService");
        assertThat(Probe.servicesOf(manager().agentsPort()))
                .contains("holdfast.agent.v1.AgentService")
                .noneMatch(service -> service.startsWith("holdfast.admin."));
    }

    @Test
    default void aPortInUseIsNamed(@TempDir Path directory) {
        assertThatThrownBy(() -> manager().startSecond(directory))
                .isInstanceOf(IOException.class)
                .hasMessageContainingAll("cannot listen on 127.0.0.1:", "in use", "--admin");
    }

    @Test
    default void aTenantIsMadeOnce() {
        CreateTenantRequest request =
                CreateTenantRequest.newBuilder().setName("once").build();
        Tenant first = manager().tenants().createTenant(request);
        assertThat(manager().tenants().createTenant(request)).isEqualTo(first);
    }

    @Test
    default void aTenantsNameIsChecked() throws Exception {
        Refused.by(
                        Code.INVALID_ARGUMENT,
                        () -> manager()
                                .tenants()
                                .createTenant(CreateTenantRequest.newBuilder()
                                        .setName("Not a label")
                                        .build()))
                .field("name", "Not a label", "lower-case");
    }

    @Test
    default void listsComeInPages() throws Exception {
        for (int i = 0; i < 5; i++) {
            manager()
                    .tenants()
                    .createTenant(CreateTenantRequest.newBuilder()
                            .setName("page-" + i)
                            .build());
        }
        List<String> names = new ArrayList<>();
        String token = "";
        do {
            ListTenantsResponse page = manager().tenants().listTenants(tenants(token));
            assertThat(page.getTenantsCount()).isLessThanOrEqualTo(2);
            page.getTenantsList().forEach(tenant -> names.add(tenant.getName()));
            token = page.getNextPageToken();
        } while (!token.isEmpty());
        assertThat(names).isSorted().doesNotHaveDuplicates().contains("page-0", "page-1", "page-2", "page-3", "page-4");
        Refused.by(Code.INVALID_ARGUMENT, () -> manager().tenants().listTenants(tenants("§")))
                .field("page.page_token", "next_page_token");
    }

    private static ListTenantsRequest tenants(String token) {
        return ListTenantsRequest.newBuilder()
                .setPage(Page.newBuilder().setPageSize(2).setPageToken(token))
                .build();
    }

    @Test
    default void aRegisteredHostIsKnownAndConnected() throws Exception {
        Bench bench = new Bench(manager());
        StreamAgent agent = bench.agent("a");
        Host host = host(agent.name());
        assertThat(host.getId()).isEqualTo(agent.id().toString());
        assertThat(host.getConnected()).isTrue();
        assertThat(host.getKernel()).isEqualTo("6.1.0");
        assertThat(host.getLabelsMap()).containsEntry("zone", "a");
        assertThat(host.getTenantsList()).containsExactly(bench.tenant);
        assertThat(manager()
                        .hosts()
                        .listHosts(ListHostsRequest.newBuilder()
                                .setTenant(bench.tenant)
                                .build())
                        .getHostsList())
                .extracting(Host::getName)
                .containsExactly(agent.name());
        agent.close();
        Awaitility.await().until(() -> !host(agent.name()).getConnected());
    }

    /** A host that lost its power says no goodbye. */
    @Test
    default void anAgentThatIsDeadWithoutAWordIsNoticed() throws Exception {
        String name = new Bench(manager()).tenant + "-dead";
        try (Relay relay = new Relay(manager().agentsPort());
                StreamAgent agent = StreamAgent.registered(relay.address(), UUID.randomUUID(), name)) {
            assertThat(host(name).getConnected()).isTrue();
            relay.die();
            Instant before = Instant.now();
            Awaitility.await()
                    .atMost(Duration.ofSeconds(30))
                    .until(() -> !host(agent.name()).getConnected());
            assertThat(host(name).getLastSeenTime().getSeconds()).isGreaterThanOrEqualTo(before.getEpochSecond());
        }
    }

    @Test
    default void anAgentThatRegistersAgainReplacesItsOldStream() throws Exception {
        try (StreamAgent old = new Bench(manager()).agent("again");
                StreamAgent fresh = StreamAgent.registered(manager().agentsPort(), old.id(), old.name())) {
            assertThat(old.ended().getCode()).isEqualTo(Code.ABORTED);
            assertThat(host(fresh.name()).getConnected()).isTrue();
        }
    }

    @Test
    default void aNameInUseIsRefused() throws Exception {
        try (StreamAgent first = new Bench(manager()).agent("taken");
                StreamAgent second = StreamAgent.registering(manager().agentsPort(), UUID.randomUUID(), first.name())) {
            assertThat(second.ended().getCode()).isEqualTo(Code.ALREADY_EXISTS);
            assertThat(second.ended().getDescription()).contains(first.name(), "--name");
            assertThat(host(first.name()).getId()).isEqualTo(first.id().toString());
        }
    }

    @Test
    default void aHostWhoseAgentBeganAnewKeepsItsName() throws Exception {
        StreamAgent first = new Bench(manager()).agent("anew");
        first.close();
        Awaitility.await().until(() -> !host(first.name()).getConnected());
        try (StreamAgent second = StreamAgent.registered(manager().agentsPort(), UUID.randomUUID(), first.name())) {
            assertThat(host(first.name()).getId()).isEqualTo(second.id().toString());
        }
    }

    @Test
    default void aStreamBeginsWithARegistration() throws Exception {
        try (StreamAgent agent = StreamAgent.silent(manager().agentsPort())) {
            agent.table();
            assertThat(agent.ended().getCode()).isEqualTo(Code.INVALID_ARGUMENT);
            assertThat(agent.ended().getDescription()).contains("first message");
        }
        try (StreamAgent agent = StreamAgent.registering(manager().agentsPort(), UUID.randomUUID(), "no name")) {
            assertThat(agent.ended().getDescription()).contains("'no name' cannot be a host's name");
        }
    }

    @Test
    default void anUnknownTenantIsRefusedWithTheWayOut() throws Exception {
        StreamAgent agent = new Bench(manager()).agent("x");
        AssignHostRequest request = AssignHostRequest.newBuilder()
                .setName(agent.name())
                .setTenant("nobody")
                .build();
        assertThat(Refused.by(Code.NOT_FOUND, () -> manager().hosts().assignHost(request))
                        .message())
                .contains("no tenant 'nobody'", "holdfast tenant create nobody");
        agent.close();
    }

    private Host host(String name) {
        return manager()
                .hosts()
                .getHost(GetHostRequest.newBuilder().setName(name).build());
    }
}
