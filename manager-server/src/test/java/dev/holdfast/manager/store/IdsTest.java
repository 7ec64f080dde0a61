package dev.holdfast.manager.store;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.UUID;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class IdsTest {
    /** As text they sort as PostgreSQL compares them: byte by byte. */
    @Test
    void sortInTheOrderInWhichTheyWereMade() {
        List<String> made =
                Stream.generate(Ids::next).limit(20_000).map(UUID::toString).toList();
        assertThat(made).isSorted().doesNotHaveDuplicates();
        assertThat(made.getFirst()).isGreaterThan(Ids.FIRST.toString());
        assertThat(made.getLast()).isLessThan(Ids.LAST.toString());
    }

    @Test
    void areOfVersionSevenAndTheRightVariant() {
        assertThat(Stream.generate(Ids::next).limit(20_000)).allMatch(id -> id.version() == 7 && id.variant() == 2);
    }
}
