package dev.holdfast.cli;

import picocli.CommandLine.Command;
import picocli.CommandLine.IVersionProvider;

@Command(
        name = "holdfast",
        description = "Upgrades server programs while their clients stay connected.",
        synopsisSubcommandLabel = "COMMAND",
        versionProvider = HoldfastCommand.Version.class,
        footer = {
            "",
            "First steps:",
            "  holdfast demo                                       see it happen",
            "  holdfast manager                                    on the machine that decides",
            "  holdfast agent --manager HOST:7601                  on every machine with servers",
            "  holdfast tenant create acme",
            "  holdfast host assign web1 --tenant acme",
            "  holdfast image publish --tenant acme --name shop --version v1 --manifest shop.yaml --bundle shop/",
            "  holdfast process start --tenant acme --image shop:v1 --host web1",
            "  holdfast upgrade start --tenant acme --image shop:v2 --wait",
            "",
            "Exit codes: 0 done, 1 failed, 2 wrong input, 3 upgrade reverted, 4 upgrade aborted, 5 upgrade failed,",
            "6 no such thing, 7 manager not reachable, 8 refused as things are."
        })
final class HoldfastCommand {
    /** The version that the build wrote into the jar. */
    static final class Version implements IVersionProvider {
        @Override
        public String[] getVersion() {
            String version = HoldfastCommand.class.getPackage().getImplementationVersion();
            return new String[] {"holdfast " + (version == null ? "development" : version)};
        }
    }
}
