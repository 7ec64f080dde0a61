package dev.holdfast.manager.store;

/** What one manager can wake the others for; see LISTEN and NOTIFY of PostgreSQL. */
public enum Topic {
    /** Hosts whose agents are to be told something. */
    HOSTS,
    /** Upgrades that have new events. */
    UPGRADES,
    /** Hosts whose agents have registered with another manager than before. */
    SESSIONS,
    QUESTIONS,
    /** Questions that have their answer. */
    ANSWERS;

    /** The name of PostgreSQL's channel. */
    public String channel() {
        return switch (this) {
            case HOSTS -> "holdfast_hosts";
            case UPGRADES -> "holdfast_upgrades";
            case SESSIONS -> "holdfast_sessions";
            case QUESTIONS -> "holdfast_questions";
            case ANSWERS -> "holdfast_answers";
        };
    }
}
