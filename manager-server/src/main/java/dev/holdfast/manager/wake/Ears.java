package dev.holdfast.manager.wake;

import dev.holdfast.manager.store.Topic;
import java.util.Set;
import java.util.UUID;

/** What is done when something is heard. Nothing of it may take long: nothing else is heard meanwhile. */
public interface Ears {
    void woken(Topic topic, Set<UUID> ids);

    /** Anything may have been missed: at the beginning, and after a time without a connection. */
    void wokenToAll();

    /** This manager counts as dead, and others live. Called once; {@link #wokenToAll} ends it. */
    void cutOff();
}
