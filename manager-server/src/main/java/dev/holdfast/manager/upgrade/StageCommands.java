package dev.holdfast.manager.upgrade;

import static java.util.stream.Collectors.groupingBy;
import static java.util.stream.Collectors.mapping;
import static java.util.stream.Collectors.toSet;

import dev.holdfast.manager.fleet.AgentImages;
import dev.holdfast.manager.fleet.Command;
import dev.holdfast.manager.fleet.CommandSource;
import dev.holdfast.manager.store.Database;
import dev.holdfast.manager.store.StageRow;
import dev.holdfast.manager.store.Transaction;
import dev.holdfast.proto.agent.v1.ConnectResponse;
import dev.holdfast.proto.agent.v1.StageImage;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Which bundles a host is to have before its turn comes. Only an optimisation: no cycle waits for one. */
public final class StageCommands implements CommandSource {
    private final Database database;

    public StageCommands(Database database) {
        this.database = database;
    }

    @Override
    public List<Command> pending(UUID hostId) {
        return database.ask(tx -> tx.upgradeHosts().staging(List.of(hostId)).stream()
                .map(row -> command(tx, row))
                .toList());
    }

    @Override
    public Map<UUID, Set<String>> due(Transaction tx, @Nullable Collection<UUID> hosts) {
        return tx.upgradeHosts().staging(hosts).stream()
                .collect(groupingBy(StageRow::hostId, mapping(StageCommands::key, toSet())));
    }

    private static Command command(Transaction tx, StageRow row) {
        StageImage stage = StageImage.newBuilder()
                .setImage(AgentImages.message(tx.images().get(row.imageId())))
                .build();
        return new Command(
                key(row), ConnectResponse.newBuilder().setStageImage(stage).build());
    }

    private static String key(StageRow row) {
        return "stage " + row.upgradeId();
    }
}
