package dev.holdfast.manager.refusal;

import java.util.List;

/** Why a request is refused, for a machine; the description is for a person: what is wrong and what would be right. */
public sealed interface Refusal {
    String description();

    /** A field of the request cannot be. */
    record Invalid(String field, String description) implements Refusal {}

    /** What the request names is not there. */
    record Unknown(String type, String name, String description) implements Refusal {}

    /** What the request would make is there already, and is different. */
    record Taken(String type, String name, String description) implements Refusal {}

    /**
     * The request is right, but not now.
     *
     * @param type what kind of condition is not met, as HOST_NOT_ASSIGNED
     * @param subject what does not meet it, as "host/web1"
     */
    record Unmet(String type, String subject, String description) implements Refusal {}

    /** Several conditions of one type are not met. */
    record Several(String type, String description, List<Unmet> each) implements Refusal {
        public Several {
            each = List.copyOf(each);
        }
    }
}
