package dev.holdfast.cli.tenant;

import picocli.CommandLine.Command;

@Command(
        name = "tenant",
        description = "Create and list tenants, which own images and processes.",
        subcommands = {TenantCreate.class, TenantList.class})
public final class TenantCommand {}
