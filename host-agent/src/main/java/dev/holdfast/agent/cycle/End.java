package dev.holdfast.agent.cycle;

import dev.holdfast.proto.agent.v1.Outcome;

/**
 * How a cycle ended.
 *
 * @param reason empty when all is well
 * @param registry records what the process is now
 * @param absent what became of connections that an earlier agent had in hand and that are not there any more
 */
record End(State state, String reason, Runnable registry, Outcomes.Absent absent) {
    private static final String LOST = "it was lost with the process that kept it while the agent was not there";

    End(State state, String reason, Runnable registry) {
        this(state, reason, registry, new Outcomes.Absent(Outcome.OUTCOME_RESET, LOST));
    }

    /** The same with a reason. */
    End because(String why) {
        return new End(state, why, registry, absent);
    }

    /** With those that are not there any more told so. */
    End with(Outcome outcome) {
        return new End(state, reason, registry, new Outcomes.Absent(outcome, ""));
    }
}
