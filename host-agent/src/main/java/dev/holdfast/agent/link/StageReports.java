package dev.holdfast.agent.link;

import dev.holdfast.agent.process.ImageRef;
import dev.holdfast.agent.process.Staging;
import dev.holdfast.proto.agent.v1.ConnectRequest;
import dev.holdfast.proto.agent.v1.StageReport;

/** Tells the manager what became of staging an image; for people, and so sent once. */
record StageReports(ImageRef image, Outbox outbox) implements Staging.Listener {
    @Override
    public void staged() {
        report(StageReport.State.STATE_STAGED, "");
    }

    @Override
    public void failed(String why) {
        report(StageReport.State.STATE_FAILED, why);
    }

    private void report(StageReport.State state, String detail) {
        boolean _ = outbox.send(ConnectRequest.newBuilder()
                .setStageReport(StageReport.newBuilder()
                        .setImageName(image.name())
                        .setImageVersion(image.version())
                        .setBundleDigest(image.bundleDigest())
                        .setState(state)
                        .setDetail(detail))
                .build());
    }
}
