package dev.holdfast.agent.process;

/** What became of a {@link ReadyCheck}. */
public sealed interface ReadyResult {
    record Ready() implements ReadyResult {}

    /**
     * It is not, and will not be waited for.
     *
     * @param reason as part of a sentence, for operators
     */
    record NotReady(String reason) implements ReadyResult {}
}
