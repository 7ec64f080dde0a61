package dev.holdfast.manager.upgrade;

import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.util.JsonFormat;
import dev.holdfast.manager.rollout.Spec;
import dev.holdfast.manager.rollout.SpecReader;
import dev.holdfast.manager.store.UpgradeRow;
import dev.holdfast.proto.admin.v1.Rollout;

/** Rollouts as a row keeps them. */
public final class Specs {
    private Specs() {}

    static String json(Rollout rollout) {
        try {
            return JsonFormat.printer().omittingInsignificantWhitespace().print(rollout);
        } catch (InvalidProtocolBufferException e) {
            throw new IllegalArgumentException("a rollout has no JSON", e);
        }
    }

    /** What was asked for. A field that a later version wrote is passed over. */
    public static Rollout message(UpgradeRow upgrade) {
        try {
            Rollout.Builder rollout = Rollout.newBuilder();
            JsonFormat.parser().ignoringUnknownFields().merge(upgrade.rollout(), rollout);
            return rollout.build();
        } catch (InvalidProtocolBufferException e) {
            throw new IllegalStateException("the rollout of upgrade " + upgrade.id() + " cannot be read", e);
        }
    }

    static Spec of(UpgradeRow upgrade) {
        return SpecReader.read(message(upgrade));
    }
}
