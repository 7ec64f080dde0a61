package dev.holdfast.manager.upgrade;

import dev.holdfast.manager.fleet.ImageName;
import dev.holdfast.manager.refusal.Refusal;
import dev.holdfast.manager.refusal.RefusedException;
import dev.holdfast.proto.agent.v1.Finding;
import java.util.List;
import java.util.Optional;

/** Refuses an upgrade of which the agents know that it cannot be done. */
final class CheckRefusal {
    private static final String TYPE = "CHECK_REFUSED";

    private CheckRefusal() {}

    /** With every reason; empty when there is none. */
    static Optional<RefusedException> of(ImageName image, List<CheckedProcess> checked) {
        List<Refusal.Unmet> reasons = checked.stream()
                .flatMap(process -> process.refusals().stream().map(finding -> reason(process, finding)))
                .toList();
        if (reasons.isEmpty()) {
            return Optional.empty();
        }
        long refused = checked.stream()
                .filter(process -> !process.refusals().isEmpty())
                .count();
        String description =
                "%d of %d server processes cannot be upgraded now; see all of: holdfast upgrade check --tenant %s --image %s:%s"
                        .formatted(refused, checked.size(), image.tenant(), image.name(), image.version());
        return Optional.of(new RefusedException(new Refusal.Several(TYPE, description, reasons)));
    }

    private static Refusal.Unmet reason(CheckedProcess checked, Finding finding) {
        return new Refusal.Unmet(
                TYPE,
                "process/" + checked.process().id(),
                checked.process().host() + ": " + finding.getCheck() + ": " + finding.getDetail());
    }
}
