package dev.holdfast.manager;

import com.zaxxer.hikari.HikariDataSource;
import dev.holdfast.common.address.HostPort;
import dev.holdfast.common.text.Reasons;
import dev.holdfast.manager.api.GrpcPort;
import dev.holdfast.manager.api.Pulse;
import dev.holdfast.manager.api.Services;
import dev.holdfast.manager.fleet.Checks;
import dev.holdfast.manager.fleet.ConnectedAgents;
import dev.holdfast.manager.fleet.Dispatcher;
import dev.holdfast.manager.fleet.Muster;
import dev.holdfast.manager.fleet.ProcessCommands;
import dev.holdfast.manager.fleet.ProcessControl;
import dev.holdfast.manager.fleet.ProcessTables;
import dev.holdfast.manager.fleet.Registrar;
import dev.holdfast.manager.postgres.DirectoryLock;
import dev.holdfast.manager.postgres.EmbeddedServer;
import dev.holdfast.manager.postgres.Pool;
import dev.holdfast.manager.postgres.PostgresServer;
import dev.holdfast.manager.site.Owner;
import dev.holdfast.manager.site.SiteStorage;
import dev.holdfast.manager.store.Database;
import dev.holdfast.manager.upgrade.Bell;
import dev.holdfast.manager.upgrade.CycleCommands;
import dev.holdfast.manager.upgrade.CycleReports;
import dev.holdfast.manager.upgrade.GateQueries;
import dev.holdfast.manager.upgrade.LostHost;
import dev.holdfast.manager.upgrade.RolloutLoop;
import dev.holdfast.manager.upgrade.Rollouts;
import dev.holdfast.manager.upgrade.StageCommands;
import dev.holdfast.manager.upgrade.StageReports;
import dev.holdfast.manager.upgrade.UpgradeCheck;
import dev.holdfast.manager.upgrade.UpgradeControl;
import dev.holdfast.manager.upgrade.UpgradeSteering;
import dev.holdfast.manager.upgrade.UpgradeWatch;
import dev.holdfast.manager.wake.Member;
import dev.holdfast.manager.wake.Presence;
import io.grpc.BindableService;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.sql.SQLException;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.UUID;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A running manager: everything that it consists of is put together here, and taken apart in the opposite order. */
public final class Manager implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(Manager.class);

    /** Of the pool's ten. */
    private static final int AGENTS_CONNECTIONS = 6;

    private final Deque<AutoCloseable> parts = new ArrayDeque<>();
    private final GrpcPort admin;
    private final GrpcPort agents;

    private Manager(ManagerConfig config) throws IOException {
        try {
            keep(DirectoryLock.take(config.dataDir()));
            PostgresServer postgres = keep(postgres(config));
            HikariDataSource pool = keep(Pool.open(postgres));
            Database database = new Database(pool);
            // Agents may come all at once: their work waits its turn, and leaves connections to operators.
            Database agentsPart = database.limited(AGENTS_CONNECTIONS);
            UUID id = UUID.randomUUID();
            SiteStorage site = site(config, database);
            Bell bell = new Bell();
            ConnectedAgents connected = new ConnectedAgents();
            Dispatcher dispatcher = keep(new Dispatcher(
                    database,
                    connected,
                    List.of(
                            new ProcessCommands(agentsPart),
                            new CycleCommands(agentsPart, bell),
                            new StageCommands(agentsPart))));
            ProcessControl processes = new ProcessControl(database);
            Checks checks = new Checks(database, connected, id, config.checkPatience());
            UpgradeCheck check = new UpgradeCheck(database, checks);
            GateQueries queries = keep(new GateQueries(database));
            Rollouts rollouts = new Rollouts(database, queries, bell);
            RolloutLoop loop = keep(new RolloutLoop(database, rollouts));
            UpgradeControl upgrades = new UpgradeControl(database, check, rollouts);
            UpgradeSteering steering = new UpgradeSteering(database, upgrades, rollouts);
            UpgradeWatch watch = new UpgradeWatch(database, bell);
            Registrar registrar = new Registrar(agentsPart, connected, dispatcher, id);
            LostHost lostHost = new LostHost(database, rollouts, bell);
            ProcessTables tables = new ProcessTables(agentsPart, dispatcher);
            CycleReports reports = new CycleReports(agentsPart, dispatcher, loop, bell);
            StageReports stages = new StageReports(agentsPart, bell);

            Pulse pulse = keep(new Pulse());
            agents = keep(open(
                    "--agents",
                    config.agents(),
                    Services.agents(registrar, tables, reports, stages, checks, site, pulse)));
            admin = keep(open(
                    "--admin",
                    config.admin(),
                    Services.admin(database, site, processes, lostHost, upgrades, steering, check, watch)));
            keep(() -> leave(database, registrar, id));
            Muster muster = new Muster(database, connected, id);
            Presence presence = keep(new Presence(
                    postgres.jdbcUrl(),
                    new Member(id, admin.address().toString(), agents.address().toString()),
                    new Hearing(dispatcher, bell, muster, checks, registrar)));
            presence.start();
            dispatcher.start();
            loop.start();
        } catch (SQLException e) {
            close();
            throw new IOException("PostgreSQL cannot be reached: " + Reasons.root(e), e);
        } catch (IOException | RuntimeException e) {
            close();
            throw e;
        }
    }

    /**
     * Starts a manager; it serves when this returns.
     *
     * @throws IOException if a port or the site storage cannot be opened; the message says what to do
     * @throws dev.holdfast.manager.postgres.PostgresException if there is no database to work with
     */
    public static Manager start(ManagerConfig config) throws IOException {
        return new Manager(config);
    }

    /** With the port that was chosen. */
    public HostPort admin() {
        return admin.address();
    }

    /** With the port that was chosen. */
    public HostPort agents() {
        return agents.address();
    }

    public void awaitClosed() throws InterruptedException {
        admin.awaitClosed();
    }

    /** What fails to close does not keep the rest open. */
    @Override
    public synchronized void close() {
        while (!parts.isEmpty()) {
            AutoCloseable part = parts.pop();
            try {
                part.close();
            } catch (Exception e) {
                log.warn("{} was not closed: {}", part.getClass().getSimpleName(), e.toString());
            }
        }
    }

    /** All its hosts in one statement, not one by one as their streams end. */
    private static void leave(Database database, Registrar registrar, UUID id) {
        registrar.cutOff();
        database.run(tx -> tx.managers().leave(id));
    }

    private static SiteStorage site(ManagerConfig config, Database database) throws IOException {
        String owner = Owner.of(config.dataDir());
        try {
            return database.ask(tx -> {
                tx.images().lockBundles();
                try {
                    return new SiteStorage(
                            config.siteDir(),
                            owner,
                            digest -> database.ask(other -> other.images().refersTo(digest)));
                } catch (IOException e) {
                    throw new UncheckedIOException(e);
                }
            });
        } catch (UncheckedIOException e) {
            throw new IOException("the site directory " + config.siteDir() + " cannot be used: " + Reasons.root(e), e);
        }
    }

    private static PostgresServer postgres(ManagerConfig config) {
        return config.dbUrl() == null
                ? EmbeddedServer.start(
                        config.dataDir().resolve("postgres"), config.cacheDir().resolve("postgres"))
                : new PostgresServer.External(config.dbUrl());
    }

    private static GrpcPort open(String option, HostPort address, List<BindableService> services) throws IOException {
        try {
            return GrpcPort.open(address, services);
        } catch (IOException e) {
            throw new IOException(
                    "cannot listen on " + address + ": " + Reasons.root(e) + "; choose another address with " + option,
                    e);
        }
    }

    private <T extends AutoCloseable> T keep(T part) {
        parts.push(part);
        return part;
    }
}
