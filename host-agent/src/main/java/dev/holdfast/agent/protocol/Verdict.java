package dev.holdfast.agent.protocol;

/** What can be said of a conversation. */
public sealed interface Verdict {
    /** What the server has read ends with a request, and all of them are answered to their ends. */
    record Clear() implements Verdict {}

    /**
     * It has read the beginning of a request, or has not answered one to its end.
     *
     * @param what for the operator: "half of a request", "2 answers", "the rest of an answer"
     */
    record Owes(String what) implements Verdict {}

    /**
     * The connection has a state that lives in the server and that no other server can go on with.
     *
     * @param what for the operator: "a WebSocket", "HTTP/2", "TLS", "a subscription", "a transaction"
     */
    record Session(String what) implements Verdict {}

    /** What was seen is not of the protocol, or more than can be followed. */
    record Unknown(String why) implements Verdict {}
}
