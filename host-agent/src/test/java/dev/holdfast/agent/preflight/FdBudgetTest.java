package dev.holdfast.agent.preflight;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class FdBudgetTest {
    @Test
    void asManyAsAreHeldAndSomeMoreMustBeFree() {
        assertThat(new FdBudget(20_000, 100, 8_000).missing()).isEmpty();
        assertThat(new FdBudget(Long.MAX_VALUE, 100, 8_000).missing()).isEmpty();
        assertThat(new FdBudget(1_024, 100, 8_000).missing())
                .hasValue(
                        "the server has 8000 sockets, and to hold them the agent may open too few files: 100 of 1024 are"
                                + " open and 10128 more are needed; raise the agent's limit (ulimit -n, LimitNOFILE) to 10228");
    }

    @Test
    void whatAnotherCycleHoldsIsNotFree() {
        assertThat(new FdBudget(20_000, 9_000, 8_000).missing()).isEmpty();
        assertThat(new FdBudget(20_000, 10_000, 8_000).missing()).isPresent();
    }

    @Test
    void knowsItsOwn() {
        FdBudget own = FdBudget.of(List.of((int) ProcessHandle.current().pid()));

        assertThat(own.limit()).isGreaterThan(own.open());
        assertThat(own.open()).isGreaterThan(3);
        assertThat(own.missing()).isEmpty();
    }
}
