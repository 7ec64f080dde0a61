package dev.holdfast.manager.api;

import dev.holdfast.manager.fleet.Checks;
import dev.holdfast.manager.fleet.ProcessControl;
import dev.holdfast.manager.fleet.ProcessTables;
import dev.holdfast.manager.fleet.Registrar;
import dev.holdfast.manager.site.SiteStorage;
import dev.holdfast.manager.store.Database;
import dev.holdfast.manager.upgrade.CycleReports;
import dev.holdfast.manager.upgrade.LostHost;
import dev.holdfast.manager.upgrade.StageReports;
import dev.holdfast.manager.upgrade.UpgradeCheck;
import dev.holdfast.manager.upgrade.UpgradeControl;
import dev.holdfast.manager.upgrade.UpgradeSteering;
import dev.holdfast.manager.upgrade.UpgradeWatch;
import io.grpc.BindableService;
import java.util.List;

/** What each of the two ports serves. */
public final class Services {
    private Services() {}

    /** {@code holdfast.admin.v1}, for operators. */
    public static List<BindableService> admin(
            Database database,
            SiteStorage site,
            ProcessControl processes,
            LostHost lostHost,
            UpgradeControl upgrades,
            UpgradeSteering steering,
            UpgradeCheck check,
            UpgradeWatch watch) {
        return List.of(
                new TenantApi(database),
                new HostApi(database, lostHost),
                new ImageApi(database, new Publisher(database, site)),
                new ProcessApi(database, processes),
                new UpgradeApi(database, upgrades, steering, check, watch));
    }

    /** {@code holdfast.agent.v1}, for agents. */
    public static List<BindableService> agents(
            Registrar registrar,
            ProcessTables tables,
            CycleReports reports,
            StageReports stages,
            Checks checks,
            SiteStorage site,
            Pulse pulse) {
        return List.of(new AgentApi(registrar, tables, reports, stages, checks, site, pulse));
    }
}
