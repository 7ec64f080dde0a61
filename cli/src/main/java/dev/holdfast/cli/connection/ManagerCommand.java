package dev.holdfast.cli.connection;

import dev.holdfast.cli.failure.CliException;
import dev.holdfast.cli.failure.GrpcFailures;
import dev.holdfast.cli.output.Output;
import dev.holdfast.cli.output.OutputOption;
import io.grpc.StatusException;
import io.grpc.StatusRuntimeException;
import java.io.IOException;
import java.util.concurrent.Callable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** A command that asks something of the manager. */
public abstract class ManagerCommand implements Callable<Integer> {
    @Mixin
    private ManagerOption manager = new ManagerOption();

    @Mixin
    private OutputOption output = new OutputOption();

    @Spec
    private CommandSpec spec = CommandSpec.create();

    /** Does it and gives the exit code. */
    protected abstract int run(Manager manager, Output out) throws IOException, InterruptedException, StatusException;

    @Override
    public final Integer call() throws IOException, InterruptedException {
        try (Manager open = manager.open()) {
            try {
                return run(open, output.to(spec.commandLine()));
            } catch (StatusRuntimeException | StatusException e) {
                throw new CliException(GrpcFailures.of(e, open.address()));
            }
        }
    }
}
