package dev.holdfast.cli.connection;

import dev.holdfast.cli.failure.CliException;
import dev.holdfast.cli.failure.Failure;
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

    /** The tenant that the command is about; empty for none. */
    protected String tenant() {
        return "";
    }

    @Override
    public final Integer call() throws IOException, InterruptedException {
        try (Manager open = manager.open()) {
            try {
                return run(open, output.to(spec.commandLine()));
            } catch (StatusRuntimeException | StatusException e) {
                throw new CliException(failure(e, open));
            }
        }
    }

    private Failure failure(Exception e, Manager open) {
        Failure failure = GrpcFailures.of(e, open.address());
        return GrpcFailures.missing(e)
                .filter(_ -> failure.code().equals("NOT_FOUND"))
                .map(missing -> failure.withHint(Existing.instead(missing, tenant(), open)))
                .orElse(failure);
    }
}
