package dev.holdfast.manager.store;

import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.Collectors;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.statement.PreparedBatch;

/** The table of questions to agents whose streams other managers have. */
public final class Questions {
    private final Handle handle;
    private final Wakes wakes;

    Questions(Handle handle, Wakes wakes) {
        this.handle = handle;
        this.wakes = wakes;
    }

    public void insert(Collection<QuestionRow> questions) {
        PreparedBatch batch =
                handle.prepareBatch("INSERT INTO question (id, host_id, process_id, image_id) VALUES (?, ?, ?, ?)");
        questions.forEach(row -> batch.add(row.id(), row.hostId(), row.processId(), row.imageId()));
        batch.execute();
        wakes.addAll(Topic.QUESTIONS, questions.stream().map(QuestionRow::id).toList());
    }

    /** Those that a manager is to have answered: its agents', unanswered. */
    public List<QuestionRow> open(UUID manager) {
        return handle.createQuery("""
                        SELECT question.* FROM question JOIN host ON host.id = host_id
                        WHERE answer IS NULL AND manager_id = :manager ORDER BY question.id
                        """)
                .bind("manager", manager)
                .map((row, context) -> new QuestionRow(
                        Columns.uuid(row, "id"),
                        Columns.uuid(row, "host_id"),
                        Columns.uuid(row, "process_id"),
                        row.getLong("image_id")))
                .list();
    }

    /** What a host's agent says. One that nobody waits for any more is dropped. */
    public void answer(UUID id, UUID hostId, byte[] report) {
        int answered = handle.execute(
                "UPDATE question SET answer = ? WHERE id = ? AND host_id = ? AND answer IS NULL", report, id, hostId);
        if (answered > 0) {
            wakes.add(Topic.ANSWERS, id);
        }
    }

    /** Those that are answered. */
    public Map<UUID, byte[]> answers(Collection<UUID> ids) {
        return handle
                .createQuery("SELECT id, answer FROM question WHERE id = ANY (:ids) AND answer IS NOT NULL")
                .bindArray("ids", UUID.class, List.copyOf(ids))
                .map((row, context) -> Map.entry(Columns.uuid(row, "id"), row.getBytes("answer")))
                .list()
                .stream()
                .collect(Collectors.toMap(Map.Entry::getKey, Map.Entry::getValue));
    }

    public void delete(Collection<UUID> ids) {
        handle.createUpdate("DELETE FROM question WHERE id = ANY (:ids)")
                .bindArray("ids", UUID.class, List.copyOf(ids))
                .execute();
    }
}
