package dev.holdfast.cli.host;

import picocli.CommandLine.Command;

@Command(
        name = "host",
        description = "List and show hosts, assign them to tenants, and give up lost ones.",
        subcommands = {HostList.class, HostShow.class, HostAssign.class, HostForget.class})
public final class HostCommand {}
