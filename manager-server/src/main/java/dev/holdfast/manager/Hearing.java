package dev.holdfast.manager;

import dev.holdfast.manager.fleet.Checks;
import dev.holdfast.manager.fleet.Dispatcher;
import dev.holdfast.manager.fleet.Muster;
import dev.holdfast.manager.fleet.Registrar;
import dev.holdfast.manager.store.Topic;
import dev.holdfast.manager.upgrade.Bell;
import dev.holdfast.manager.wake.Ears;
import java.util.Set;
import java.util.UUID;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What a manager does when others wake it. What asks the database is done beside. */
record Hearing(Dispatcher dispatcher, Bell bell, Muster muster, Checks checks, Registrar registrar) implements Ears {
    private static final Logger log = LoggerFactory.getLogger(Hearing.class);

    @Override
    public void woken(Topic topic, Set<UUID> ids) {
        switch (topic) {
            case HOSTS -> ids.forEach(dispatcher::wake);
            case UPGRADES -> bell.ring();
            case SESSIONS -> beside(() -> muster.hold(ids));
            case QUESTIONS -> beside(checks::askForOthers);
            case ANSWERS -> beside(() -> checks.takeAnswers(ids));
        }
    }

    @Override
    public void wokenToAll() {
        registrar.backAgain();
        bell.ring();
        beside(muster::hold);
        beside(dispatcher::wakeAll);
        beside(checks::askForOthers);
        beside(checks::takeAllAnswers);
    }

    @Override
    public void cutOff() {
        registrar.cutOff();
    }

    private static void beside(Runnable work) {
        Thread.startVirtualThread(() -> {
            try {
                work.run();
            } catch (RuntimeException e) {
                log.warn("what another manager woke this one for is not done: {}", e.toString());
            }
        });
    }
}
