package dev.holdfast.manager.api;

import dev.holdfast.manager.fleet.ImageName;
import dev.holdfast.manager.fleet.Lookup;
import dev.holdfast.manager.rollout.Spec;
import dev.holdfast.manager.rollout.SpecReader;
import dev.holdfast.manager.store.Database;
import dev.holdfast.manager.store.Ids;
import dev.holdfast.manager.store.OutcomeRow;
import dev.holdfast.manager.store.Transaction;
import dev.holdfast.manager.store.UpgradeRow;
import dev.holdfast.manager.upgrade.UpgradeCheck;
import dev.holdfast.manager.upgrade.UpgradeControl;
import dev.holdfast.manager.upgrade.UpgradeSteering;
import dev.holdfast.manager.upgrade.UpgradeView;
import dev.holdfast.manager.upgrade.UpgradeWatch;
import dev.holdfast.proto.admin.v1.AbortUpgradeRequest;
import dev.holdfast.proto.admin.v1.ApproveUpgradeRequest;
import dev.holdfast.proto.admin.v1.CheckUpgradeRequest;
import dev.holdfast.proto.admin.v1.CheckUpgradeResponse;
import dev.holdfast.proto.admin.v1.GetUpgradeRequest;
import dev.holdfast.proto.admin.v1.ListConnectionOutcomesRequest;
import dev.holdfast.proto.admin.v1.ListConnectionOutcomesResponse;
import dev.holdfast.proto.admin.v1.ListUpgradesRequest;
import dev.holdfast.proto.admin.v1.ListUpgradesResponse;
import dev.holdfast.proto.admin.v1.PauseUpgradeRequest;
import dev.holdfast.proto.admin.v1.ResumeUpgradeRequest;
import dev.holdfast.proto.admin.v1.RollbackUpgradeRequest;
import dev.holdfast.proto.admin.v1.StartUpgradeRequest;
import dev.holdfast.proto.admin.v1.Upgrade;
import dev.holdfast.proto.admin.v1.UpgradeEvent;
import dev.holdfast.proto.admin.v1.UpgradePlan;
import dev.holdfast.proto.admin.v1.UpgradeServiceGrpc;
import dev.holdfast.proto.admin.v1.WatchUpgradeRequest;
import io.grpc.stub.StreamObserver;
import java.util.List;
import java.util.UUID;
import java.util.function.Consumer;

final class UpgradeApi extends UpgradeServiceGrpc.UpgradeServiceImplBase {
    private final Database database;
    private final UpgradeControl control;
    private final UpgradeSteering steering;
    private final UpgradeCheck check;
    private final UpgradeWatch watch;

    UpgradeApi(
            Database database,
            UpgradeControl control,
            UpgradeSteering steering,
            UpgradeCheck check,
            UpgradeWatch watch) {
        this.database = database;
        this.control = control;
        this.steering = steering;
        this.check = check;
        this.watch = watch;
    }

    @Override
    public void startUpgrade(StartUpgradeRequest request, StreamObserver<Upgrade> caller) {
        ImageName image = new ImageName(request.getTenant(), request.getImageName(), request.getImageVersion());
        answer(
                caller,
                control.start(image, request.getRollout(), Fields.uuidOrNull("request_id", request.getRequestId())));
    }

    @Override
    public void planUpgrade(StartUpgradeRequest request, StreamObserver<UpgradePlan> caller) {
        ImageName image = new ImageName(request.getTenant(), request.getImageName(), request.getImageVersion());
        Spec spec = SpecReader.read(request.getRollout());
        Answer.with(caller, PlanMessages.of(spec, check.check(image, spec)));
    }

    @Override
    public void abortUpgrade(AbortUpgradeRequest request, StreamObserver<Upgrade> caller) {
        steer(request.getId(), steering::abort, caller);
    }

    @Override
    public void pauseUpgrade(PauseUpgradeRequest request, StreamObserver<Upgrade> caller) {
        steer(request.getId(), steering::pause, caller);
    }

    @Override
    public void resumeUpgrade(ResumeUpgradeRequest request, StreamObserver<Upgrade> caller) {
        steer(request.getId(), steering::resume, caller);
    }

    @Override
    public void approveUpgrade(ApproveUpgradeRequest request, StreamObserver<Upgrade> caller) {
        steer(request.getId(), id -> steering.approve(id, request.getWave()), caller);
    }

    @Override
    public void rollbackUpgrade(RollbackUpgradeRequest request, StreamObserver<Upgrade> caller) {
        answer(
                caller,
                steering.rollBack(
                        Fields.uuid("id", request.getId()), Fields.uuidOrNull("request_id", request.getRequestId())));
    }

    private void steer(String id, Consumer<UUID> decision, StreamObserver<Upgrade> caller) {
        UUID upgrade = Fields.uuid("id", id);
        decision.accept(upgrade);
        answer(caller, upgrade);
    }

    private void answer(StreamObserver<Upgrade> caller, UUID id) {
        Answer.with(caller, database.ask(tx -> get(tx, id)));
    }

    @Override
    public void checkUpgrade(CheckUpgradeRequest request, StreamObserver<CheckUpgradeResponse> caller) {
        ImageName image = new ImageName(request.getTenant(), request.getImageName(), request.getImageVersion());
        Answer.with(
                caller,
                CheckUpgradeResponse.newBuilder()
                        .addAllProcesses(check.check(image, SpecReader.read(request.getRollout())).processes().stream()
                                .map(CheckMessages::of)
                                .toList())
                        .build());
    }

    @Override
    public void getUpgrade(GetUpgradeRequest request, StreamObserver<Upgrade> caller) {
        answer(caller, Fields.uuid("id", request.getId()));
    }

    private static Upgrade get(Transaction tx, UUID id) {
        UpgradeRow upgrade = Lookup.upgrade(tx, id);
        return UpgradeMessages.of(UpgradeView.of(tx, List.of(upgrade)).getFirst());
    }

    @Override
    public void listUpgrades(ListUpgradesRequest request, StreamObserver<ListUpgradesResponse> caller) {
        Paging page = Paging.of(request.getPage());
        UUID before = page.after(Ids.LAST, UUID::fromString);
        Answer.with(caller, database.ask(tx -> {
            if (!request.getTenant().isEmpty()) {
                Lookup.tenant(tx, request.getTenant());
            }
            List<UpgradeRow> found = tx.upgrades().list(Fields.textOrNull(request.getTenant()), before, page.limit());
            return ListUpgradesResponse.newBuilder()
                    .addAllUpgrades(UpgradeView.of(tx, page.shown(found)).stream()
                            .map(UpgradeMessages::of)
                            .toList())
                    .setNextPageToken(page.nextToken(found, UpgradeRow::id))
                    .build();
        }));
    }

    @Override
    public void watchUpgrade(WatchUpgradeRequest request, StreamObserver<UpgradeEvent> caller) {
        UUID id = Fields.uuid("id", request.getId());
        Follower.start(
                watcher -> watch.follow(id, request.getAfterEvent(), (event, end) -> {
                    UpgradeEvent message = UpgradeMessages.of(event);
                    watcher.send(end.map(upgrade -> message.toBuilder()
                                    .setUpgrade(UpgradeMessages.of(upgrade))
                                    .build())
                            .orElse(message));
                }),
                caller);
    }

    @Override
    public void listConnectionOutcomes(
            ListConnectionOutcomesRequest request, StreamObserver<ListConnectionOutcomesResponse> caller) {
        UUID id = Fields.uuid("upgrade_id", request.getUpgradeId());
        Paging page = Paging.of(request.getPage());
        OutcomeKey after = page.after(OutcomeKey.FIRST, OutcomeKey::parse);
        Answer.with(caller, database.ask(tx -> {
            UpgradeRow upgrade = Lookup.upgrade(tx, id);
            List<OutcomeRow> found = tx.outcomes().list(upgrade.id(), after.cycle(), after.position(), page.limit());
            ListConnectionOutcomesResponse.Builder response = ListConnectionOutcomesResponse.newBuilder()
                    .setNextPageToken(page.nextToken(found, row -> new OutcomeKey(row.cycleId(), row.position())));
            page.shown(found).forEach(row -> response.addConnections(UpgradeMessages.of(row)));
            return response.build();
        }));
    }

    private record OutcomeKey(UUID cycle, int position) {
        static final OutcomeKey FIRST = new OutcomeKey(Ids.FIRST, -1);

        static OutcomeKey parse(String text) {
            int slash = text.indexOf('/');
            return new OutcomeKey(
                    UUID.fromString(text.substring(0, slash)), Integer.parseInt(text.substring(slash + 1)));
        }

        @Override
        public String toString() {
            return cycle + "/" + position;
        }
    }
}
