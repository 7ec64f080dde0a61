package dev.holdfast.manager.fleet;

import dev.holdfast.manager.refusal.RefusedException;
import dev.holdfast.manager.store.Database;
import dev.holdfast.manager.store.HostRow;
import dev.holdfast.manager.store.SessionRow;
import dev.holdfast.manager.store.Sessions;
import dev.holdfast.manager.store.Topic;
import dev.holdfast.manager.store.Transaction;
import dev.holdfast.proto.agent.v1.ConnectResponse;
import dev.holdfast.proto.agent.v1.Registered;
import dev.holdfast.proto.agent.v1.Registration;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import org.jdbi.v3.core.statement.UnableToExecuteStatementException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Takes agents in and lets them go. */
public final class Registrar {
    private static final Logger log = LoggerFactory.getLogger(Registrar.class);

    private static final int TRIES = 5;

    private final Database database;
    private final ConnectedAgents agents;
    private final Dispatcher dispatcher;
    private final UUID manager;
    private volatile boolean cutOff;

    /** @param manager this one's id */
    public Registrar(Database database, ConnectedAgents agents, Dispatcher dispatcher, UUID manager) {
        this.database = database;
        this.agents = agents;
        this.dispatcher = dispatcher;
        this.manager = manager;
    }

    /**
     * Writes the host's row, answers, and sends what is pending. An older stream of the same agent is closed, at whatever
     * manager it is.
     *
     * @throws RefusedException if the registration is wrong, or its name belongs to another agent
     */
    public AgentSession register(Registration registration, AgentLink link) {
        if (cutOff) {
            throw new Database.UnreachableException();
        }
        HostRow host = host(registration);
        agents.arriving(host.id());
        try {
            AgentSession session = new AgentSession(write(host), host.name(), link);
            link.send(ConnectResponse.newBuilder()
                    .setRegistered(Registered.newBuilder().setHostId(host.id().toString()))
                    .build());
            agents.put(session);
            log.info("agent of {} registered (version {})", host.name(), host.agentVersion());
            dispatcher.wake(host.id());
            return session;
        } finally {
            agents.arrived(host.id());
        }
    }

    /** Two agents that claim one name at the same time see each other at the second try. */
    private SessionRow write(HostRow host) {
        for (int left = TRIES; ; left--) {
            try {
                return database.ask(tx -> write(tx, host));
            } catch (UnableToExecuteStatementException e) {
                if (left == 1 || !Database.isRaced(e)) {
                    throw e;
                }
            }
        }
    }

    private SessionRow write(Transaction tx, HostRow host) {
        for (Sessions.Claim claim : tx.sessions().claim(host.id(), host.name())) {
            if (!claim.hostId().equals(host.id())) {
                takeName(tx, claim, host.name());
            } else if (claim.managerId() != null && !claim.managerId().equals(manager)) {
                tx.wakes().add(Topic.SESSIONS, host.id());
            }
        }
        return tx.hosts().put(host, manager);
    }

    /** Until the other managers can be heard again agents are better off with those. */
    public void cutOff() {
        cutOff = true;
        for (AgentSession session : agents.all()) {
            if (agents.remove(session)) {
                session.link().closeUnavailable();
            }
        }
    }

    /** The opposite of {@link #cutOff}. */
    public void backAgain() {
        cutOff = false;
    }

    /**
     * The stream has ended. That it cannot be written down now does not keep the agent connected: the next muster writes it.
     */
    public void disconnected(AgentSession session) {
        if (agents.remove(session)) {
            log.info("agent of {} disconnected", session.hostName());
            try {
                database.run(tx -> tx.sessions().end(List.of(session.row())));
            } catch (RuntimeException e) {
                log.warn("that {} is gone is not written down yet: {}", session.hostName(), e.toString());
            }
        }
    }

    /** A host whose data directory was made anew comes back with another id: it may have its name if nothing is at stake. */
    private static void takeName(Transaction tx, Sessions.Claim other, String name) {
        if (other.connected()) {
            throw RefusedException.taken(
                    "host",
                    name,
                    "the name '" + name + "' is in use by another connected agent; start this one with another --name");
        }
        if (!tx.processes().live(other.hostId()).isEmpty()) {
            throw RefusedException.taken(
                    "host",
                    name,
                    "the name '" + name + "' belongs to an agent that is not connected but has server processes;"
                            + " start this one with that agent's data directory, or with another --name; if that host is"
                            + " gone for good: holdfast host forget " + name);
        }
        tx.hosts().rename(other.hostId(), name + "~" + other.hostId());
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
                Instant.now(),
                true);
    }

    private static UUID agentId(String text) {
        try {
            return UUID.fromString(text);
        } catch (IllegalArgumentException e) {
            throw RefusedException.invalid("registration.agent_id", "'" + text + "' is not a UUID");
        }
    }
}
