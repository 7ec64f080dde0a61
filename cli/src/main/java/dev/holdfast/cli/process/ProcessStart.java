package dev.holdfast.cli.process;

import dev.holdfast.cli.connection.Manager;
import dev.holdfast.cli.connection.ManagerCommand;
import dev.holdfast.cli.exit.ExitCode;
import dev.holdfast.cli.image.ImageRef;
import dev.holdfast.cli.option.RequestIdOption;
import dev.holdfast.cli.output.Output;
import dev.holdfast.proto.admin.v1.Process;
import dev.holdfast.proto.admin.v1.Process.State;
import dev.holdfast.proto.admin.v1.StartProcessRequest;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

@Command(
        name = "start",
        description = "Start a server process of an image on a host, and wait until it runs.",
        footer = {
            "",
            "Exit code 0 when it runs, 1 when it failed; docs/cli.md lists the others.",
            "",
            "Example:",
            "  holdfast process start --tenant acme --image shop:v1 --host web1"
        })
final class ProcessStart extends ManagerCommand {
    @Option(names = "--tenant", paramLabel = "T", required = true, description = "The tenant's name.")
    private String tenant = "";

    @Option(
            names = "--image",
            paramLabel = "N:V",
            required = true,
            converter = ImageRef.Converter.class,
            description = "The image, as shop:v1.")
    private ImageRef image = new ImageRef("", "");

    @Option(names = "--host", paramLabel = "H", required = true, description = "The host's name.")
    private String host = "";

    @Mixin
    private RequestIdOption requestId = new RequestIdOption();

    @Mixin
    private WaitOption wait = new WaitOption();

    @Override
    protected int run(Manager manager, Output out) throws InterruptedException {
        Process started = manager.processes()
                .startProcess(StartProcessRequest.newBuilder()
                        .setTenant(tenant)
                        .setImageName(image.name())
                        .setImageVersion(image.version())
                        .setHost(host)
                        .setRequestId(requestId.value())
                        .build());
        Process process = wait.until(
                manager, out, started, state -> state != State.STATE_REQUESTED && state != State.STATE_STARTING);
        out.answer(process, () -> ProcessText.oneLine(process));
        boolean failed = process.getState() == State.STATE_FAILED || process.getState() == State.STATE_EXITED;
        return failed ? ExitCode.FAILED : ExitCode.OK;
    }
}
