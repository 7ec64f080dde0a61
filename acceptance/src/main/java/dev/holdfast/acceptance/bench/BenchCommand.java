package dev.holdfast.acceptance.bench;

import picocli.CommandLine.Command;

/** Measurements. */
@Command(
        name = "bench",
        description = "Measures what Holdfast costs.",
        subcommands = TakeoverBench.class,
        mixinStandardHelpOptions = true)
public final class BenchCommand {}
