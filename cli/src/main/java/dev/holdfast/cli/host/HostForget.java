package dev.holdfast.cli.host;

import dev.holdfast.cli.connection.Manager;
import dev.holdfast.cli.connection.ManagerCommand;
import dev.holdfast.cli.exit.ExitCode;
import dev.holdfast.cli.output.Output;
import dev.holdfast.cli.output.Words;
import dev.holdfast.proto.admin.v1.ForgetHostRequest;
import dev.holdfast.proto.admin.v1.ForgetHostResponse;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

@Command(
        name = "forget",
        description =
                "Give up a host that does not come back: its server processes end, and no upgrade waits for it any"
                        + " more. A cycle that had begun on it ends failed, and what became of its connections is not known."
                        + " Forgetting twice changes nothing.",
        footer = {
            "",
            "Refused while the host's agent is connected. An agent that comes back all the same is a host again, with",
            "the server processes that it has, and what it reports of its cycle is kept.",
            "",
            "Example:",
            "  holdfast host forget web1"
        })
final class HostForget extends ManagerCommand {
    @Parameters(paramLabel = "HOST", description = "The host's name.")
    private String name = "";

    @Override
    protected int run(Manager manager, Output out) {
        ForgetHostResponse ended = manager.hosts()
                .forgetHost(ForgetHostRequest.newBuilder().setName(name).build());
        out.answer(
                ended,
                () -> "Host " + name + " is forgotten: "
                        + Words.count(ended.getProcessIdsCount(), "server process", "server processes") + " given up, "
                        + Words.count(ended.getUpgradeIdsCount(), "upgrade", "upgrades")
                        + " no longer waiting for it.");
        return ExitCode.OK;
    }
}
