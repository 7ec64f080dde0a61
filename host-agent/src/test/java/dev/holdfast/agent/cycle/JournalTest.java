package dev.holdfast.agent.cycle;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.holdfast.agent.process.Boot;
import dev.holdfast.agent.process.ImageRef;
import dev.holdfast.agent.process.ProcessIdentity;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class JournalTest {
    private static final ImageRef IMAGE = new ImageRef("shop", "2", "exec: [\"bin/server\"]\n", "", 0);

    private static final ImageRef BEFORE = new ImageRef("shop", "1", "exec: [\"bin/server\"]\n", "", 0);

    @TempDir
    Path dir;

    private Path journals;
    private Journal journal;

    @BeforeEach
    void open() {
        journals = dir.resolve("cycles");
        journal = Journal.of(journals, "c-1");
    }

    private static Journal.Entry entry(State state) {
        return new Journal.Entry(
                "c-1",
                "p-1",
                BEFORE,
                IMAGE,
                state,
                "why",
                new ProcessIdentity(17, 4711),
                List.of(new ProcessIdentity(17, 4711), new ProcessIdentity(18, 4712)),
                List.of(new ProcessIdentity(19, 4713)),
                null,
                true,
                3,
                new Outcomes.Known(Map.of(7L, "reset"), Set.of(8L), Map.of(9L, "closed")),
                new Staying(Map.of(10L, "a session"), 4714, true, Set.of(11L)),
                Boot.id());
    }

    private void tear(String half) throws IOException {
        Files.writeString(journals.resolve("c-1.journal"), half, StandardOpenOption.CREATE, StandardOpenOption.APPEND);
    }

    @Test
    void theLastStepIsWhereTheCycleIs() {
        journal.append(entry(State.PREPARING));
        journal.append(entry(State.HOLDING));

        assertThat(journal.last()).hasValue(entry(State.HOLDING));
    }

    @Test
    void aStepThatWasHalfWrittenWasNotTaken() throws IOException {
        journal.append(entry(State.PREPARING));
        tear("{\"cycleId\":\"c-1\",\"state\":\"HOL");

        assertThat(journal.last()).hasValue(entry(State.PREPARING));
    }

    @Test
    void whatIsWrittenAfterATornStepCounts() throws IOException {
        journal.append(entry(State.PREPARING));
        journal.close();
        Path file = journals.resolve("c-1.journal");
        // As another agent finds it: the line is torn within its room.
        String text = Files.readString(file).stripTrailing();
        Files.writeString(file, text + "\n{\"cycleId\":\"c-1\",\"state\":\"HOL\n\n\n");

        Journal again = Journal.of(journals, "c-1");
        again.append(entry(State.HOLDING));
        again.append(entry(State.PAUSING));
        again.close();

        assertThat(again.last()).hasValue(entry(State.PAUSING));
        tear("\n{}\nnull\n\u0000\u00ff");
        assertThat(again.last()).as("a line without what it takes").hasValue(entry(State.PAUSING));
    }

    /** The lines of a cycle that an agent of the release before wrote. */
    @Test
    void whatTheReleaseBeforeWroteIsUnderstood() throws IOException {
        Files.createDirectories(journals);
        try (InputStream lines = JournalTest.class.getResourceAsStream("/cycle/journal-0.1.txt")) {
            Files.copy(lines, journals.resolve("c-1.journal"));
        }

        Journal.Entry last = journal.last().orElseThrow();

        assertThat(last)
                .isEqualTo(new Journal.Entry(
                        "c-1",
                        "p-1",
                        BEFORE,
                        IMAGE,
                        State.STOPPING,
                        "why",
                        new ProcessIdentity(17, 4711),
                        List.of(new ProcessIdentity(17, 4711), new ProcessIdentity(18, 4712)),
                        List.of(new ProcessIdentity(19, 4713)),
                        null,
                        true,
                        3,
                        new Outcomes.Known(Map.of(7L, "reset"), Set.of(8L), Map.of(9L, "closed")),
                        null,
                        "0123-boot"));
    }

    /** To go by the step before it would be to undo what may have been done since. */
    @Test
    void aStepOfALaterVersionIsNotPassedOver() throws IOException {
        journal.append(entry(State.QUIESCING));
        journal.close();
        Path file = journals.resolve("c-1.journal");
        String known = Files.readString(file).strip();
        Files.writeString(file, known + "\n" + known.replace("QUIESCING", "FLYING") + "\n");

        assertThatThrownBy(() -> journal.last())
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("'FLYING'")
                .hasMessageContaining("run the version of the agent that wrote it");
        assertThat(journal.isRiddle("p-1")).isTrue();
        assertThat(journal.isRiddle("p-2")).isFalse();
    }

    @Test
    void aFullDiskIsSeenAtTheFirstStep() throws IOException {
        Files.createDirectories(journals);
        Files.createSymbolicLink(journals.resolve("full.journal"), Path.of("/dev/full"));
        Journal full = Journal.of(journals, "full");

        assertThatThrownBy(() -> full.append(entry(State.PREPARING)))
                .isInstanceOf(UncheckedIOException.class)
                .hasMessageContaining("No space left on device");
    }

    @Test
    void roomForTheWholeCycleIsTakenAtTheFirstStep() throws IOException {
        journal.append(entry(State.PREPARING));
        long size = Files.size(journals.resolve("c-1.journal"));
        for (State state : State.values()) {
            journal.append(entry(state));
        }

        assertThat(Files.size(journals.resolve("c-1.journal"))).isEqualTo(size);
        assertThat(journal.last()).hasValue(entry(State.FAILED));
    }

    @Test
    void anIdThatIsNoFileNameIsRefused() {
        assertThatThrownBy(() -> Journal.of(journals, "../c-1"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("'../c-1' cannot be the id of a cycle");
    }

    @Test
    void oneOfAnAgentThatKnewOfNoLingeringIsRead() throws IOException {
        journal.append(entry(State.STOPPING));
        Path file = journals.resolve("c-1.journal");
        String old = Files.readString(file).replaceFirst("\"staying\".*?\"following\":\\[11\\]\\},", "");
        Files.writeString(file, old);

        assertThat(old).doesNotContain("staying");
        assertThat(Staying.orNobody(journal.last().orElseThrow().staying())).isEqualTo(Staying.NOBODY);
    }

    @Test
    void whatIsOfAnotherBootIsTold() {
        Journal.Entry now = entry(State.PAUSING);
        Journal.Entry before = new Journal.Entry(
                now.cycleId(),
                now.processId(),
                now.from(),
                now.image(),
                now.state(),
                now.reason(),
                now.old(),
                now.members(),
                now.parking(),
                now.started(),
                now.handedOver(),
                now.processes(),
                now.known(),
                now.staying(),
                "another");

        assertThat(now.isOfThisBoot()).isTrue();
        assertThat(before.isOfThisBoot()).isFalse();
    }

    @Test
    void withoutAWholeStepTheCycleHadNotBegun() throws IOException {
        Files.createDirectories(journals);
        tear("");
        assertThat(journal.last()).isEmpty();
        tear("{\"cycleId\"");
        assertThat(journal.last()).isEmpty();
    }

    @Test
    void whatHasNotEndedIsFoundAgain() throws IOException {
        assertThat(Journal.unfinished(dir.resolve("missing"))).isEmpty();
        journal.append(entry(State.PAUSING));
        Files.writeString(journals.resolve("notes.txt"), "not a journal");

        assertThat(Journal.unfinished(journals))
                .singleElement()
                .satisfies(found -> assertThat(found.last()).hasValue(entry(State.PAUSING)));

        journal.delete();
        journal.delete();
        assertThat(Journal.unfinished(journals)).isEmpty();
    }
}
