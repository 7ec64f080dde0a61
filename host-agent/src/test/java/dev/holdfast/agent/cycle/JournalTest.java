package dev.holdfast.agent.cycle;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.agent.process.ImageRef;
import dev.holdfast.agent.process.ProcessIdentity;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class JournalTest {
    private static final ImageRef IMAGE = new ImageRef("shop", "2", "exec: [\"bin/server\"]\n", "", 0);

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
        return new Journal.Entry("c-1", "p-1", IMAGE, state, new ProcessIdentity(17, 4711), null, null);
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
    void withoutAWholeStepTheCycleHadNotBegun() throws IOException {
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
