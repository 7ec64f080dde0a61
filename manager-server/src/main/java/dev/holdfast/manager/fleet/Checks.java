package dev.holdfast.manager.fleet;

import com.google.protobuf.InvalidProtocolBufferException;
import dev.holdfast.manager.store.Database;
import dev.holdfast.manager.store.Ids;
import dev.holdfast.manager.store.ImageRow;
import dev.holdfast.manager.store.QuestionRow;
import dev.holdfast.proto.agent.v1.CheckProcess;
import dev.holdfast.proto.agent.v1.CheckReport;
import dev.holdfast.proto.agent.v1.ConnectResponse;
import dev.holdfast.proto.agent.v1.Finding;
import dev.holdfast.proto.agent.v1.Image;
import java.time.Duration;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Collectors;

/**
 * Asks connected agents whether their server processes can be upgraded. Those whose streams another manager has are asked by
 * that one: the question is a row, and so is the answer. Nothing of it is kept.
 */
public final class Checks {
    private final Database database;
    private final ConnectedAgents agents;
    private final UUID manager;
    private final Duration patience;
    /** By the question's id. */
    private final Map<UUID, Pending> pending = new ConcurrentHashMap<>();

    /**
     * Asks for one manager.
     *
     * @param manager its id
     * @param patience how long all agents together are waited for
     */
    public Checks(Database database, ConnectedAgents agents, UUID manager, Duration patience) {
        this.database = database;
        this.agents = agents;
        this.manager = manager;
        this.patience = patience;
    }

    /** Whether a host's server process can be upgraded. */
    public record Question(UUID hostId, UUID processId) {}

    private record Pending(UUID hostId, CompletableFuture<List<Finding>> answer) {}

    public Duration patience() {
        return patience;
    }

    /** Asks all at once and gives what was found, by process; one that nobody answered for is absent. */
    public Map<UUID, List<Finding>> ask(Set<Question> questions, ImageRow image) {
        List<QuestionRow> asked = questions.stream()
                .map(question -> new QuestionRow(Ids.next(), question.hostId(), question.processId(), image.id()))
                .toList();
        asked.forEach(row -> pending.put(row.id(), new Pending(row.hostId(), new CompletableFuture<>())));
        List<QuestionRow> elsewhere = asked.stream()
                .filter(row -> !send(row, AgentImages.message(image)))
                .toList();
        try {
            if (!elsewhere.isEmpty()) {
                database.run(tx -> tx.questions().insert(elsewhere));
            }
            await(asked.stream().map(row -> asked(row).answer()).toArray(CompletableFuture<?>[]::new));
            Map<UUID, List<Finding>> found = new LinkedHashMap<>();
            for (QuestionRow row : asked) {
                CompletableFuture<List<Finding>> answer = asked(row).answer();
                if (answer.isDone()) {
                    found.put(row.processId(), answer.join());
                }
            }
            return found;
        } finally {
            asked.forEach(row -> pending.remove(row.id()));
            if (!elsewhere.isEmpty()) {
                database.run(tx -> tx.questions()
                        .delete(elsewhere.stream().map(QuestionRow::id).toList()));
            }
        }
    }

    /** An agent's answer, to this manager's question or another's. One that nobody waits for any more is dropped. */
    public void report(AgentSession session, CheckReport report) {
        Uuids.parse(report.getCheckId()).ifPresent(id -> {
            Pending asked = pending.get(id);
            if (asked == null) {
                database.run(tx -> tx.questions().answer(id, session.hostId(), report.toByteArray()));
            } else if (asked.hostId().equals(session.hostId())) {
                asked.answer().complete(report.getFindingsList());
            }
        });
    }

    /** Others may have asked what this manager's agents can answer. An agent that is asked twice answers twice. */
    public void askForOthers() {
        List<QuestionRow> open = database.ask(tx -> tx.questions().open(manager)).stream()
                .filter(row -> !pending.containsKey(row.id()))
                .toList();
        Set<Long> images = open.stream().map(QuestionRow::imageId).collect(Collectors.toSet());
        Map<Long, Image> messages = database.ask(tx -> images.stream()
                .collect(Collectors.toMap(
                        id -> id, id -> AgentImages.message(tx.images().get(id)))));
        open.forEach(row -> {
            Image image = messages.get(row.imageId());
            if (image != null) {
                send(row, image);
            }
        });
    }

    /** Others may have answered. */
    public void takeAnswers(Collection<UUID> ids) {
        List<UUID> mine = ids.stream().filter(pending::containsKey).toList();
        if (!mine.isEmpty()) {
            database.ask(tx -> tx.questions().answers(mine)).forEach(this::take);
        }
    }

    /** As {@link #takeAnswers}, for all. */
    public void takeAllAnswers() {
        takeAnswers(List.copyOf(pending.keySet()));
    }

    private void take(UUID id, byte[] answer) {
        Pending asked = pending.get(id);
        if (asked != null) {
            try {
                asked.answer().complete(CheckReport.parseFrom(answer).getFindingsList());
            } catch (InvalidProtocolBufferException e) {
                throw new IllegalStateException("another manager has written no answer", e);
            }
        }
    }

    /** Whether this manager has the agent's stream. */
    private boolean send(QuestionRow question, Image image) {
        return agents.find(question.hostId())
                .map(session -> {
                    session.link()
                            .send(ConnectResponse.newBuilder()
                                    .setCheckProcess(CheckProcess.newBuilder()
                                            .setCheckId(question.id().toString())
                                            .setProcessId(question.processId().toString())
                                            .setImage(image))
                                    .build());
                    return true;
                })
                .orElse(false);
    }

    private Pending asked(QuestionRow row) {
        Pending asked = pending.get(row.id());
        if (asked == null) {
            throw new IllegalStateException("a question is kept until it is answered or given up: " + row);
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
