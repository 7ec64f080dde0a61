package dev.holdfast.manager.contract;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.proto.admin.v1.ForgetHostRequest;
import dev.holdfast.proto.admin.v1.GetHostRequest;
import dev.holdfast.proto.admin.v1.Host;
import dev.holdfast.proto.admin.v1.Process;
import dev.holdfast.proto.agent.v1.ConnectResponse.MessageCase;
import io.grpc.Status.Code;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Hosts whose agents go from one manager to another, and what all of them know of it. */
interface SharedHostsContract extends Fixture {
    @Test
    default void anAgentIsConnectedWhateverManagerItIsWith(@TempDir Path directory) throws Exception {
        try (Three three = Three.on(this, directory)) {
            Bench bench = Bench.withShop(three.first());
            StreamAgent agent = bench.at(three.second()).agent("a");
            for (RunningManager manager : List.of(three.first(), three.second(), three.third())) {
                assertThat(host(manager, agent).getConnected()).isTrue();
            }
            agent.close();
            Awaitility.await().until(() -> !host(three.third(), agent).getConnected());
        }
    }

    @Test
    default void theNewerStreamCountsAndTheOlderIsClosed(@TempDir Path directory) throws Exception {
        try (Three three = Three.on(this, directory)) {
            Bench bench = Bench.withShop(three.first());
            StreamAgent old = bench.at(three.second()).agent("moves");
            try (StreamAgent fresh = bench.at(three.third()).reconnect(old)) {
                assertThat(old.ended().getCode()).isEqualTo(Code.ABORTED);
                old.close();
                bench.running(fresh);
                assertThat(host(three.second(), fresh).getConnected()).isTrue();
            }
        }
    }

    /** Its manager has not heard of the newer one yet. */
    @Test
    default void whatAnOlderStreamStillSaysIsNotBelieved(@TempDir Path directory) throws Exception {
        try (Three three = Three.on(this, directory)) {
            Bench bench = Bench.withShop(three.first());
            StreamAgent old = bench.at(three.second()).agent("a");
            String process = bench.running(old);
            query("UPDATE host SET session = session + 1 WHERE id = '" + old.id() + "' RETURNING id");
            old.table();
            // Messages of a stream are taken in order.
            old.report(Reports.done(UUID.randomUUID().toString(), 1));
            old.next(MessageCase.CYCLE_REPORT_ACK);
            assertThat(bench.process(process).getState()).isEqualTo(Process.State.STATE_RUNNING);
            old.close();
            // Its end is not the newer one's.
            Awaitility.await()
                    .during(Duration.ofMillis(500))
                    .until(() -> host(three.first(), old).getConnected());
        }
    }

    @Test
    default void aNameIsOnesWhateverManagerItIsWith(@TempDir Path directory) throws Exception {
        try (Three three = Three.on(this, directory)) {
            Bench bench = Bench.withShop(three.first());
            StreamAgent agent = bench.at(three.second()).agent("taken");
            bench.running(agent);
            try (StreamAgent second =
                    StreamAgent.registering(three.third().agentsPort(), UUID.randomUUID(), agent.name())) {
                assertThat(second.ended().getCode()).isEqualTo(Code.ALREADY_EXISTS);
                assertThat(second.ended().getDescription()).contains("in use by another connected agent");
            }
            Refused.by(Code.FAILED_PRECONDITION, () -> forget(three.third(), agent));
            bench.away(agent);
            forget(three.third(), agent);
            try (StreamAgent second =
                    StreamAgent.registered(three.third().agentsPort(), UUID.randomUUID(), agent.name())) {
                assertThat(host(three.first(), second).getId())
                        .isEqualTo(second.id().toString());
            }
        }
    }

    /** All at once, at all managers: one of them has it, and the others are told. */
    @Test
    default void ofManyThatClaimOneNameOneGetsIt(@TempDir Path directory) throws Exception {
        try (Three three = Three.on(this, directory)) {
            String name = new Bench(three.first()).tenant + "-claimed";
            List<StreamAgent> agents = new ArrayList<>();
            for (int i = 0; i < 4; i++) {
                for (RunningManager manager : List.of(three.first(), three.second(), three.third())) {
                    agents.add(StreamAgent.registering(manager.agentsPort(), UUID.randomUUID(), name));
                }
            }
            Awaitility.await()
                    .until(() -> agents.stream().filter(StreamAgent::hasEnded).count() == agents.size() - 1);
            StreamAgent winner = agents.stream()
                    .filter(agent -> !agent.hasEnded())
                    .findFirst()
                    .orElseThrow();
            assertThat(host(three.first(), winner).getId())
                    .isEqualTo(winner.id().toString());
            agents.forEach(StreamAgent::close);
        }
    }

    private static Host host(Calls manager, StreamAgent agent) {
        return manager.hosts()
                .getHost(GetHostRequest.newBuilder().setName(agent.name()).build());
    }

    private static void forget(Calls manager, StreamAgent agent) {
        manager.hosts()
                .forgetHost(ForgetHostRequest.newBuilder().setName(agent.name()).build());
    }
}
