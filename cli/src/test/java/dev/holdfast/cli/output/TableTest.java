package dev.holdfast.cli.output;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class TableTest {
    @Test
    void columnsAreAlignedAndNumbersToTheRight() {
        Table table = new Table("NAME", "COUNT", "SIZE", "WHY")
                .row("a", 7, "1.5 KiB", "")
                .row("longer", 1234, "12 B", "because");

        assertThat(table).hasToString("""
                NAME    COUNT     SIZE  WHY
                a           7  1.5 KiB  -
                longer   1234     12 B  because""");
    }

    @Test
    void withoutRowsThereIsTheHeader() {
        assertThat(new Table("A", "B")).hasToString("A  B");
    }
}
