package dev.holdfast.acceptance.bench;

import dev.holdfast.acceptance.fleet.FleetBench;
import picocli.CommandLine.Command;

/** Measurements. */
@Command(
        name = "bench",
        description = "Measures what Holdfast costs.",
        subcommands = {TakeoverBench.class, FleetBench.class},
        mixinStandardHelpOptions = true)
public final class BenchCommand {}
