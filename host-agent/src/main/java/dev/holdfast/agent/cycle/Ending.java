package dev.holdfast.agent.cycle;

import dev.holdfast.proto.agent.v1.CycleReport;
import java.time.Duration;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What is done when everything is with one server or the other: first it is recorded and the report kept, then the sockets
 * are let go. A full disk does not hold them back, since what a server closes is closed only then; but the cycle is not over
 * before both are on it.
 */
final class Ending {
    private static final Logger log = LoggerFactory.getLogger(Ending.class);
    private static final Duration TRY_AGAIN = Duration.ofSeconds(1);

    private final Course course;

    Ending(Course course) {
        this.course = course;
    }

    CycleReport finish(End one) throws InterruptedException {
        End end = new Farewell(course).after(one);
        boolean recorded = tried(end.registry());
        course.end(end.state(), end.reason());
        CycleReport report = CycleReport.newBuilder()
                .setCycleId(course.id())
                .setState(end.state().wire())
                .setReason(end.reason())
                .addAllSteps(course.steps().done())
                .addAllConnections(course.outcomes().all(course.held(), course.earlier(), end.absent()))
                .setEndTime(course.context().now())
                .build();
        CycleListener listener = course.context().listener();
        boolean kept = tried(() -> listener.keep(report));
        course.letGo();
        if (!recorded) {
            insist(end.registry());
        }
        if (!kept) {
            insist(() -> listener.keep(report));
        }
        log.info(
                "cycle {} of {} ended {} {}",
                course.id(),
                course.processId(),
                end.state().step(),
                end.reason());
        return report;
    }

    private boolean tried(Runnable work) {
        try {
            work.run();
            return true;
        } catch (RuntimeException e) {
            log.error("the end of cycle {} cannot be kept just now: {}", course.id(), e.getMessage(), e);
            return false;
        }
    }

    private void insist(Runnable work) throws InterruptedException {
        while (!tried(work)) {
            Thread.sleep(TRY_AGAIN);
        }
    }
}
