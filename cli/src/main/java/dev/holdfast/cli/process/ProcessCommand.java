package dev.holdfast.cli.process;

import picocli.CommandLine.Command;

@Command(
        name = "process",
        description = "Start, list, show and stop server processes, and resolve an image to its processes and ports.",
        subcommands = {ProcessStart.class, ProcessList.class, ProcessShow.class, ProcessStop.class, ProcessResolve.class
        })
public final class ProcessCommand {}
