package dev.holdfast.manager.rollout;

import dev.holdfast.manager.rollout.Action.EndUpgrade;
import dev.holdfast.manager.rollout.Action.StopUpgrade;
import java.time.Instant;
import java.util.Optional;

/** Decides what an upgrade does next. The rules and invariants are in docs/architecture.md. */
public final class RolloutPlanner {
    private RolloutPlanner() {}

    /** What is to be done now; nothing of it is done by asking. */
    public static Step plan(Spec spec, Observed observed, Instant now) {
        Draft draft = new Draft(now);
        Course course = Judge.judge(new Course(spec, observed, now), draft);
        Optional<StopUpgrade> overBudget = Stops.overBudget(course);
        if (overBudget.isPresent()) {
            draft.act(overBudget.get());
        } else if (course.isOver()) {
            draft.act(new EndUpgrade(Verdict.end(course), Verdict.reason(course)));
        } else if (course.stop().isPresent()) {
            WayBack.go(course, draft);
        } else {
            Stops.late(course, draft).ifPresentOrElse(draft::act, () -> Waves.go(course, draft));
        }
        return draft.step();
    }
}
