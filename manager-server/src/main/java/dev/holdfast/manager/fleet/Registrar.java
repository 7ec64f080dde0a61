package dev.holdfast.manager.fleet;

import dev.holdfast.manager.refusal.RefusedException;
import dev.holdfast.manager.store.Database;
import dev.holdfast.manager.store.HostRow;
import dev.holdfast.manager.store.Transaction;
import dev.holdfast.proto.agent.v1.ConnectResponse;
import dev.holdfast.proto.agent.v1.Registered;
import dev.holdfast.proto.agent.v1.Registration;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Takes agents in and lets them go. */
public final class Registrar {
    private static final Logger log = LoggerFactory.getLogger(Registrar.class);

    private final Database database;
    private final ConnectedAgents agents;
    private final Dispatcher dispatcher;
    /** Two agents that claim one name come one after the other. */
    private final ReentrantLock registering = new ReentrantLock();

    public Registrar(Database database, ConnectedAgents agents, Dispatcher dispatcher) {
        this.database = database;
        this.agents = agents;
        this.dispatcher = dispatcher;
    }

    /**
     * Writes the host's row, answers, and sends what is pending. An older stream of the same agent is closed.
     *
     * @throws RefusedException if the registration is wrong, or its name belongs to another agent
     */
    public AgentSession register(Registration registration, AgentLink link) {
        HostRow host = host(registration);
        AgentSession session = new AgentSession(host.id(), host.name(), link);
        registering.lock();
        try {
            database.run(tx -> {
                tx.hosts()
                        .findAny(host.name())
                        .filter(other -> !other.id().equals(host.id()))
                        .ifPresent(other -> takeName(tx, other));
                tx.hosts().put(host);
            });
            link.send(ConnectResponse.newBuilder()
                    .setRegistered(Registered.newBuilder().setHostId(host.id().toString()))
                    .build());
            agents.put(session);
        } finally {
            registering.unlock();
        }
        log.info("agent of {} registered (version {})", host.name(), host.agentVersion());
        dispatcher.wake(host.id());
        return session;
    }

    /**
     * Does something that no agent of the host may register during.
     *
     * @throws RefusedException if one is connected
     */
    public <T> T whileAway(HostRow host, Supplier<T> work) {
        registering.lock();
        try {
            if (agents.isConnected(host.id())) {
                throw RefusedException.unmet(
                        "HOST_CONNECTED",
                        "host/" + host.name(),
                        "the agent of host '" + host.name() + "' is connected; stop its server processes with holdfast"
                                + " process stop, then the agent, or abort what it is at work on with holdfast upgrade"
                                + " abort");
            }
            return work.get();
        } finally {
            registering.unlock();
        }
    }

    /** The stream has ended. That it cannot be written down now does not keep the agent connected. */
    public void disconnected(AgentSession session) {
        if (agents.remove(session)) {
            log.info("agent of {} disconnected", session.hostName());
            try {
                database.run(tx -> tx.hosts().touch(session.hostId()));
            } catch (RuntimeException e) {
                log.warn("when {} was last seen is not written down: {}", session.hostName(), e.toString());
            }
        }
    }

    /** A host whose data directory was made anew comes back with another id: it may have its name if nothing is at stake. */
    private void takeName(Transaction tx, HostRow other) {
        if (agents.isConnected(other.id())) {
            throw RefusedException.taken(
                    "host",
                    other.name(),
                    "the name '" + other.name() + "' is in use by another connected agent; start this one with another"
                            + " --name");
        }
        if (!tx.processes().live(other.id()).isEmpty()) {
            throw RefusedException.taken(
                    "host",
                    other.name(),
                    "the name '" + other.name()
                            + "' belongs to an agent that is not connected but has server processes;"
                            + " start this one with that agent's data directory, or with another --name; if that host is"
                            + " gone for good: holdfast host forget " + other.name());
        }
        tx.hosts().rename(other.id(), other.name() + "~" + other.id());
    }

    private static HostRow host(Registration registration) {
        if (!registration.getName().matches("[A-Za-z0-9]([A-Za-z0-9._-]{0,252})")) {
            throw RefusedException.invalid(
                    "registration.name",
                    "'" + registration.getName()
                            + "' cannot be a host's name; it has letters, digits, dots, hyphens and"
                            + " underscores, begins with a letter or digit, and has at most 253");
        }
        return new HostRow(
                agentId(registration.getAgentId()),
                registration.getName(),
                registration.getAddressesList(),
                registration.getKernel(),
                registration.getCores(),
                registration.getMemoryBytes(),
                registration.getAgentVersion(),
                registration.getLabelsMap(),
                List.of(),
                Instant.now());
    }

    private static UUID agentId(String text) {
        try {
            return UUID.fromString(text);
        } catch (IllegalArgumentException e) {
            throw RefusedException.invalid("registration.agent_id", "'" + text + "' is not a UUID");
        }
    }
}
