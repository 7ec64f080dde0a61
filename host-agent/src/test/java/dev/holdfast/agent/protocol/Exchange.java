package dev.holdfast.agent.protocol;

import java.util.List;

/**
 * A request and its answer, as they are known to whoever made them up.
 *
 * @param gap what may stand before a request and belongs to none
 * @param answerableAt how much of the request must have come before the server says anything
 * @param messages what the server says, piece by piece; the last is the answer, none if none is due
 */
record Exchange(String gap, String request, int answerableAt, List<String> messages) {
    static Exchange of(String request, String answer) {
        return new Exchange("", request, request.length(), List.of(answer));
    }

    static Exchange unanswered(String request) {
        return new Exchange("", request, request.length(), List.of());
    }

    boolean isAsked() {
        return !messages.isEmpty();
    }
}
