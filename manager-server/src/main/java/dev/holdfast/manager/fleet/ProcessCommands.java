package dev.holdfast.manager.fleet;

import dev.holdfast.manager.store.Database;
import dev.holdfast.manager.store.DueRow;
import dev.holdfast.manager.store.ProcessRow;
import dev.holdfast.manager.store.Transaction;
import dev.holdfast.proto.agent.v1.ConnectResponse;
import dev.holdfast.proto.agent.v1.StartProcess;
import dev.holdfast.proto.agent.v1.StopProcess;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Which server processes a host is to start and to stop. */
public final class ProcessCommands implements CommandSource {
    private final Database database;

    public ProcessCommands(Database database) {
        this.database = database;
    }

    @Override
    public List<Command> pending(UUID hostId) {
        return database.ask(tx -> tx.processes().live(hostId).stream()
                .flatMap(process -> command(tx, process))
                .toList());
    }

    @Override
    public Map<UUID, Set<String>> due(Transaction tx, @Nullable Collection<UUID> hosts) {
        return tx.processes().due(hosts).stream()
                .collect(Collectors.groupingBy(
                        DueRow::hostId, Collectors.mapping(due -> key(due.ending(), due.id()), Collectors.toSet())));
    }

    private static String key(boolean isStop, UUID id) {
        return (isStop ? "stop " : "start ") + id;
    }

    private static Stream<Command> command(Transaction tx, ProcessRow process) {
        String id = process.id().toString();
        return switch (process.state()) {
            case REQUESTED ->
                Stream.of(new Command(
                        key(false, process.id()),
                        ConnectResponse.newBuilder()
                                .setStartProcess(StartProcess.newBuilder()
                                        .setProcessId(id)
                                        .setImage(
                                                AgentImages.message(tx.images().get(process.imageId()))))
                                .build()));
            case STOPPING ->
                Stream.of(new Command(
                        key(true, process.id()),
                        ConnectResponse.newBuilder()
                                .setStopProcess(StopProcess.newBuilder().setProcessId(id))
                                .build()));
            case STARTING, RUNNING, STOPPED, EXITED, FAILED -> Stream.empty();
        };
    }
}
