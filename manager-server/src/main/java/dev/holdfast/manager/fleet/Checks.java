package dev.holdfast.manager.fleet;

import dev.holdfast.manager.store.Ids;
import dev.holdfast.proto.agent.v1.CheckProcess;
import dev.holdfast.proto.agent.v1.CheckReport;
import dev.holdfast.proto.agent.v1.ConnectResponse;
import dev.holdfast.proto.agent.v1.Finding;
import dev.holdfast.proto.agent.v1.Image;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** Asks connected agents whether their server processes can be upgraded. Nothing of it is kept. */
public final class Checks {
    private final ConnectedAgents agents;
    private final Duration patience;
    private final Map<UUID, Pending> pending = new ConcurrentHashMap<>();

    /** @param patience how long all agents together are waited for */
    public Checks(ConnectedAgents agents, Duration patience) {
        this.agents = agents;
        this.patience = patience;
    }

    /** Whether a host's server process can be upgraded. */
    public record Question(UUID hostId, UUID processId) {}

    private record Pending(AgentSession session, CompletableFuture<List<Finding>> answer) {}

    public Duration patience() {
        return patience;
    }

    public boolean canAsk(UUID hostId) {
        return agents.isConnected(hostId);
    }

    /** Asks all at once and gives what was found, by process; one that nobody answered for is absent. */
    public Map<UUID, List<Finding>> ask(Set<Question> questions, Image image) {
        Map<UUID, UUID> ids = new LinkedHashMap<>();
        try {
            questions.forEach(question -> send(question, image).ifPresent(id -> ids.put(question.processId(), id)));
            await(ids.values().stream().map(id -> asked(id).answer()).toArray(CompletableFuture<?>[]::new));
            Map<UUID, List<Finding>> found = new LinkedHashMap<>();
            ids.forEach((process, id) -> {
                CompletableFuture<List<Finding>> answer = asked(id).answer();
                if (answer.isDone()) {
                    found.put(process, answer.join());
                }
            });
            return found;
        } finally {
            ids.values().forEach(pending::remove);
        }
    }

    /** One that nobody waits for any more is dropped. */
    public void report(AgentSession session, CheckReport report) {
        Uuids.parse(report.getCheckId())
                .map(pending::get)
                .filter(asked -> asked.session().hostId().equals(session.hostId()))
                .ifPresent(asked -> asked.answer().complete(report.getFindingsList()));
    }

    private Optional<UUID> send(Question question, Image image) {
        return agents.find(question.hostId()).map(session -> {
            UUID id = Ids.next();
            pending.put(id, new Pending(session, new CompletableFuture<>()));
            session.link()
                    .send(ConnectResponse.newBuilder()
                            .setCheckProcess(CheckProcess.newBuilder()
                                    .setCheckId(id.toString())
                                    .setProcessId(question.processId().toString())
                                    .setImage(image))
                            .build());
            return id;
        });
    }

    private Pending asked(UUID id) {
        Pending asked = pending.get(id);
        if (asked == null) {
            throw new IllegalStateException("a question is kept until it is answered or given up: " + id);
        }
        return asked;
    }

    private void await(CompletableFuture<?>... answers) {
        try {
            CompletableFuture.allOf(answers).get(patience.toMillis(), TimeUnit.MILLISECONDS);
        } catch (TimeoutException e) {
            // Those that are there are worth something.
        } catch (ExecutionException e) {
            throw new IllegalStateException("answers do not fail", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
