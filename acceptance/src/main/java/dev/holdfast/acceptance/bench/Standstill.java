package dev.holdfast.acceptance.bench;

import dev.holdfast.acceptance.load.Load;
import dev.holdfast.acceptance.load.Percentiles;
import dev.holdfast.acceptance.trial.Trial;
import dev.holdfast.agent.process.ProcessTree;
import java.time.Duration;

/**
 * What clients wait for when nothing is upgraded and their server merely stands for a moment: besides that moment, what it
 * takes it to answer all that has come meanwhile. No upgrade in which they wait for as long can cost them less.
 */
record Standstill(Trial trial, Load load) {
    private static final Duration MOMENT = Duration.ofMillis(200);
    private static final Duration FREEZE_WITHIN = Duration.ofSeconds(2);
    private static final Duration SETTLE = Duration.ofSeconds(1);

    /** The longest wait of each client without that moment. */
    Percentiles backlog() throws InterruptedException {
        load.openWindow();
        ProcessTree server = ProcessTree.freeze(trial.process().getPid(), FREEZE_WITHIN);
        long began = System.nanoTime();
        Thread.sleep(MOMENT);
        server.thaw();
        double stood = (System.nanoTime() - began) / 1e6;
        Thread.sleep(SETTLE);
        return load.report().stall().minus(stood);
    }
}
