package dev.holdfast.cli.host;

import picocli.CommandLine.Command;

@Command(
        name = "host",
        description = "List and show hosts, and assign them to tenants.",
        subcommands = {HostList.class, HostShow.class, HostAssign.class})
public final class HostCommand {}
