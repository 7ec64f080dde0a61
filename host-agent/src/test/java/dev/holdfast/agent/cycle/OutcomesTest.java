package dev.holdfast.agent.cycle;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import com.google.protobuf.Duration;
import dev.holdfast.agent.linux.SocketAddresses;
import dev.holdfast.agent.takeover.HeldConnection;
import dev.holdfast.agent.takeover.HeldSockets;
import dev.holdfast.agent.takeover.Holder;
import dev.holdfast.common.manifest.PortSpec;
import dev.holdfast.proto.agent.v1.ConnectionOutcome;
import dev.holdfast.proto.agent.v1.Outcome;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Over real connections of this process, which holds its own sockets. */
class OutcomesTest {
    private static final int CONNECTIONS = 4;
    private static final Outcomes.Absent LOST = new Outcomes.Absent(Outcome.OUTCOME_RESET, "lost");
    private static final List<Integer> SELF =
            List.of((int) ProcessHandle.current().pid());

    private final HeldSockets held = new HeldSockets();
    private final List<Socket> clients = new ArrayList<>();
    private final List<Socket> accepted = new ArrayList<>();
    private final Outcomes outcomes = new Outcomes();
    private ServerSocket server;
    private Holder holder;

    @BeforeEach
    void hold() throws IOException {
        server = new ServerSocket(0, CONNECTIONS, InetAddress.getLoopbackAddress());
        for (int i = 0; i < CONNECTIONS; i++) {
            clients.add(new Socket(InetAddress.getLoopbackAddress(), server.getLocalPort()));
            accepted.add(server.accept());
        }
        holder = new Holder(held, List.of(new PortSpec(null, server.getLocalPort())));
        holder.refresh(SELF);
    }

    @AfterEach
    void close() throws IOException {
        held.close();
        for (Socket socket : clients) {
            socket.close();
        }
        for (Socket socket : accepted) {
            socket.close();
        }
        server.close();
    }

    private HeldConnection of(int client) {
        return held.connections().stream()
                .filter(connection ->
                        connection.peer().equals(clients.get(client).getLocalSocketAddress()))
                .findFirst()
                .orElseThrow();
    }

    private ConnectionOutcome outcome(int client) {
        String peer = peer(client);
        List<ConnectionOutcome> found = outcomes.all(held, Map.of(), LOST).stream()
                .filter(outcome -> outcome.getPeer().equals(peer))
                .toList();
        assertThat(found).as("one each").hasSize(1);
        return found.getFirst();
    }

    @Test
    void eachConnectionHasOne() {
        outcomes.delivered(of(0));
        outcomes.closedByClient(of(1));
        outcomes.reset(of(2), "it owed an answer");

        assertThat(outcome(0).getOutcome()).isEqualTo(Outcome.OUTCOME_KEPT);
        assertThat(outcome(1).getOutcome()).isEqualTo(Outcome.OUTCOME_CLOSED_BY_CLIENT);
        assertThat(outcome(2).getOutcome()).isEqualTo(Outcome.OUTCOME_RESET);
        assertThat(outcome(2).getReason()).isEqualTo("it owed an answer");
        assertThat(outcome(3).getOutcome()).isEqualTo(Outcome.OUTCOME_RELEASED);
        assertThat(outcome(3).getReason()).isEmpty();
        assertThat(outcomes.all(held, Map.of(), LOST)).hasSize(CONNECTIONS);
    }

    @Test
    void whatTheServerClosedWhileItWasHeldIsToldToo() {
        // One that has none of them, as after it closed them all.
        int other = (int) ProcessHandle.current().parent().orElseThrow().pid();
        holder.refresh(List.of(other));

        assertThat(outcomes.all(held, Map.of(), LOST)).hasSize(CONNECTIONS).allSatisfy(outcome -> {
            assertThat(outcome.getOutcome()).isEqualTo(Outcome.OUTCOME_RELEASED);
            assertThat(outcome.getReason()).isEqualTo("the old server ended it itself, before it was stopped");
        });
    }

    @Test
    void theWorstThatHappenedIsTold() {
        outcomes.delivered(of(0));
        outcomes.closedByClient(of(0));
        assertThat(outcome(0).getOutcome()).isEqualTo(Outcome.OUTCOME_CLOSED_BY_CLIENT);

        outcomes.reset(of(0), "why");
        assertThat(outcome(0).getOutcome()).isEqualTo(Outcome.OUTCOME_RESET);
        assertThat(outcomes.isReset(of(0))).isTrue();
        assertThat(outcomes.isReset(of(1))).isFalse();
    }

    @Test
    void whatAnEarlierAgentHadInHandIsToldOneByOne() {
        outcomes.reset(of(0), "it owed an answer");
        outcomes.closedByClient(of(1));
        outcomes.closedByServer(of(2), "the new server closed it");
        Outcomes.Known known = outcomes.known(held);
        Map<Long, Roster.Line> roster = new LinkedHashMap<>();
        for (HeldConnection connection : held.connections()) {
            roster.put(
                    connection.inode(),
                    new Roster.Line(connection.inode(), "here", SocketAddresses.text(connection.peer()), 0));
        }
        Outcomes later = new Outcomes();
        later.restore(known);
        try (HeldSockets nothing = new HeldSockets()) {
            assertThat(later.all(nothing, roster, LOST))
                    .extracting(ConnectionOutcome::getPeer, ConnectionOutcome::getOutcome, ConnectionOutcome::getReason)
                    .containsExactlyInAnyOrder(
                            tuple(peer(0), Outcome.OUTCOME_RESET, "it owed an answer"),
                            tuple(peer(1), Outcome.OUTCOME_CLOSED_BY_CLIENT, ""),
                            tuple(peer(2), Outcome.OUTCOME_RELEASED, "the new server closed it"),
                            tuple(peer(3), Outcome.OUTCOME_RESET, "lost"));
        }
        assertThat(later.all(held, roster, LOST)).as("those in hand once only").hasSize(CONNECTIONS);
    }

    private String peer(int client) {
        return SocketAddresses.text((InetSocketAddress) clients.get(client).getLocalSocketAddress());
    }

    @Test
    void bytesThatWaitAndTheTimePausedAreTold() {
        held.pauseAll();
        of(0).waiting(7);
        held.releaseAll();

        assertThat(outcome(0).getBytesWaiting()).isEqualTo(7);
        assertThat(outcome(0).getPaused()).isNotEqualTo(Duration.getDefaultInstance());
        assertThat(outcome(0).getLocal()).isEqualTo("127.0.0.1:" + server.getLocalPort());
    }
}
