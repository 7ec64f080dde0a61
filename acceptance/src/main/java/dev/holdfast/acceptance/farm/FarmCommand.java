package dev.holdfast.acceptance.farm;

import dev.holdfast.acceptance.demo.ClientCount;
import dev.holdfast.acceptance.demo.Progress;
import dev.holdfast.acceptance.server.RealServer;
import io.grpc.StatusException;
import io.grpc.StatusRuntimeException;
import java.io.IOException;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Upgrades in waves over several real agents. Exits with 0 only when nothing was lost and everything ended as it should. */
@Command(
        name = "farm",
        description = {
            "Upgrades nginx and redis in waves over several hosts, on one of which the new version does not start, and checks"
                    + " that the budget of failures is honoured, that what is to go back goes back, and that no client notices.",
            "",
            "Each host is a network namespace of this machine with its own address and an agent, which needs root and"
                    + " iproute2. Everything is stopped and removed in the end.",
            ""
        },
        exitCodeListHeading = "%nExit codes:%n",
        exitCodeList = {
            "0:every connection was kept, every report was right, every host ended as it should",
            "1:something was lost or wrong, or could not be run; the reason is printed",
            "2:the command line is wrong"
        },
        mixinStandardHelpOptions = true)
public final class FarmCommand implements Callable<Integer> {
    @Option(
            names = "--hosts",
            paramLabel = "N",
            defaultValue = "8",
            converter = HostCount.class,
            description = "How many hosts, 3 or more. Default: ${DEFAULT-VALUE}.")
    private int hosts;

    @Option(
            names = "--clients",
            paramLabel = "N",
            defaultValue = "200",
            converter = ClientCount.class,
            description = "How many clients each server has. Default: ${DEFAULT-VALUE}.")
    private int clients;

    @Option(names = "--json", description = "Print one JSON object; progress goes to standard error.")
    private boolean json;

    @Override
    public Integer call() throws InterruptedException {
        Optional<String> missing = missing();
        if (missing.isPresent()) {
            System.err.println(missing.get());
            return 1;
        }
        Progress progress = new Progress(json ? System.err : System.out);
        progress.say("starting a manager, with a PostgreSQL of its own, and %d agents".formatted(hosts));
        try (Farm farm = Farm.start(hosts)) {
            return run(farm, progress);
        } catch (IOException e) {
            System.err.println(e.getMessage());
            return 1;
        }
    }

    /** What this machine lacks. */
    static Optional<String> missing() throws InterruptedException {
        Optional<String> server = Drill.SERVERS.stream()
                .map(RealServer::missing)
                .flatMap(Optional::stream)
                .findFirst();
        return server.isPresent() ? server : Network.missing();
    }

    private int run(Farm farm, Progress progress) throws InterruptedException {
        try {
            FarmResult result = new Drill(farm, clients, progress).run();
            if (json) {
                System.out.println(result.json());
            } else {
                result.print(System.out);
            }
            if (!result.good()) {
                System.err.println("The last lines of the logs:\n" + farm.logs());
            }
            return result.good() ? 0 : 1;
        } catch (IOException | StatusException | StatusRuntimeException e) {
            if (!farm.stopped()) {
                System.err.println(e.getMessage() + "\n\nThe last lines of the logs:\n" + farm.logs());
            }
            return 1;
        }
    }
}
