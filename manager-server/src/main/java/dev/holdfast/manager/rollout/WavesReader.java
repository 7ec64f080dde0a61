package dev.holdfast.manager.rollout;

import dev.holdfast.manager.refusal.RefusedException;
import dev.holdfast.proto.admin.v1.Waves;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** Reads in which order and how fast an upgrade goes over its hosts. */
final class WavesReader {
    private static final String FIELD = "rollout.waves.";

    private WavesReader() {}

    static Spec.Waves read(Waves waves) {
        Spec.Waves read = new Spec.Waves(
                canary(waves.getCanary()),
                Values.extent(FIELD + "batch", waves.getBatch(), Extent.ALL),
                Values.extent(FIELD + "max_parallel", waves.getMaxParallel(), Extent.ALL),
                Values.duration(FIELD + "soak", waves.getSoak()),
                approval(waves),
                waves.getGroupBy(),
                waves.getGroupOrderList());
        requireOrder(read.groupBy(), read.groupOrder());
        requireWaves(read);
        return read;
    }

    private static Extent canary(String text) {
        Extent canary = Values.extent(FIELD + "canary", text, Extent.NONE);
        if (canary.isNone() && !text.isEmpty()) {
            throw Values.nothing(FIELD + "canary", text);
        }
        if (canary.equals(Extent.ALL)) {
            throw RefusedException.invalid(
                    FIELD + "canary", "a canary of 100% leaves no host for later; write less, or leave it out");
        }
        return canary;
    }

    private static Spec.Approval approval(Waves waves) {
        return switch (waves.getApproval()) {
            case APPROVAL_UNSPECIFIED, APPROVAL_NONE -> Spec.Approval.NONE;
            case APPROVAL_CANARY -> Spec.Approval.CANARY;
            case APPROVAL_EVERY -> Spec.Approval.EVERY;
            case UNRECOGNIZED ->
                throw RefusedException.invalid(
                        FIELD + "approval",
                        waves.getApprovalValue() + " is not known to this manager; it knows none, canary and every");
        };
    }

    private static void requireOrder(String groupBy, List<String> order) {
        if (groupBy.isEmpty() && !order.isEmpty()) {
            throw RefusedException.invalid(
                    FIELD + "group_order", "values of what? Name the host label in group_by, or leave the order out");
        }
        Set<String> seen = new HashSet<>();
        for (String value : order) {
            if (value.isEmpty()) {
                throw RefusedException.invalid(
                        FIELD + "group_order", "a value is empty; hosts without the label are last by themselves");
            }
            if (!seen.add(value)) {
                throw RefusedException.invalid(FIELD + "group_order", "'" + value + "' is there twice; name it once");
            }
        }
    }

    private static void requireWaves(Spec.Waves waves) {
        if (waves.approval() == Spec.Approval.CANARY && waves.canary().isNone()) {
            throw RefusedException.invalid(
                    FIELD + "approval", "there is no canary to approve; give canary, or approve every wave");
        }
        boolean isOne = waves.canary().isNone()
                && waves.batch().equals(Extent.ALL)
                && waves.groupBy().isEmpty();
        if (waves.approval() == Spec.Approval.EVERY && isOne) {
            throw RefusedException.invalid(
                    FIELD + "approval",
                    "there is only one wave, which begins without; give canary, batch or group_by for more");
        }
    }
}
