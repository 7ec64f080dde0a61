package dev.holdfast.acceptance.process;

import dev.holdfast.acceptance.admin.Admin;
import dev.holdfast.proto.admin.v1.Process;
import io.grpc.StatusRuntimeException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Supplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A manager and agents, each a process of its own as in production, in a directory made for them. When it is closed,
 * or this program ends in whatever way but SIGKILL, every process is stopped and the directory removed.
 */
public final class Installation implements AutoCloseable {
    private static final Duration READY_WITHIN = Duration.ofSeconds(60);
    private static final Duration STOPPED_WITHIN = Duration.ofSeconds(10);
    private static final Pattern MANAGER_READY = Pattern.compile("manager ready: admin (\\S+), agents (\\S+)");
    private static final Pattern AGENT_READY = Pattern.compile("agent ready: .*");

    private final Path directory;
    private final String adminAddress;
    private volatile Child manager;
    private final String agentsAddress;
    private final Admin admin;
    private final Map<String, Child> agents = new LinkedHashMap<>();
    private final Map<String, JavaProgram> programs = new HashMap<>();
    private final Thread hook = new Thread(this::stopAll, "stop the installation");
    private volatile boolean stopped;
    private String otherClassPath = "";

    private Installation(Path directory, Child manager, Matcher ready) {
        this.directory = directory;
        this.manager = manager;
        this.adminAddress = ready.group(1);
        this.admin = Admin.connect(adminAddress);
        this.agentsAddress = ready.group(2);
        Runtime.getRuntime().addShutdownHook(hook);
    }

    /** Starts a manager with a database of its own. */
    public static Installation start() throws IOException, InterruptedException {
        return start("127.0.0.1");
    }

    /** The same with a manager that agents find at another address of this machine. */
    public static Installation start(String agentsHost) throws IOException, InterruptedException {
        Path directory = Files.createTempDirectory(
                "holdfast-", PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwxr-xr-x")));
        Thread early = new Thread(() -> sweep(directory), "stop the manager");
        try {
            Runtime.getRuntime().addShutdownHook(early);
            Child manager = startManager(directory, "127.0.0.1:0", agentsHost + ":0");
            return new Installation(directory, manager, manager.awaitReady(MANAGER_READY, READY_WITHIN));
        } catch (IOException | InterruptedException | IllegalStateException e) {
            sweep(directory);
            throw e;
        } finally {
            remove(early);
        }
    }

    private static Child startManager(Path directory, String admin, String agents) throws IOException {
        Path data = directory.resolve("manager");
        return Child.start(
                "manager",
                JavaProgram.manager().command("--admin", admin, "--agents", agents, "--data-dir", data.toString()),
                directory);
    }

    /** When the program is ending already, what fails by that is nobody's news: the end is waited for. */
    private static void remove(Thread early) throws InterruptedException {
        try {
            Runtime.getRuntime().removeShutdownHook(early);
        } catch (IllegalStateException _) {
            Thread.currentThread().join();
        }
    }

    /** Starts an agent as our own user. */
    public void startAgent(String name) throws IOException, InterruptedException {
        startAgent(name, List.of());
    }

    /** As above, also again after it ended; with options for its virtual machine. */
    public void startAgent(String name, List<String> javaOptions) throws IOException, InterruptedException {
        startAgent(name, List.of(), javaOptions);
    }

    /** As above, started by another program, as {@code ip netns exec NAME}. */
    public void startAgent(String name, List<String> startedBy, List<String> javaOptions)
            throws IOException, InterruptedException {
        JavaProgram program = JavaProgram.agent().startedBy(startedBy).with(javaOptions);
        programs.put(name, program);
        startAgent(name, program, Files.createDirectories(directoryOf(name)));
    }

    /** Starts an agent whose cycles can be held up. */
    public Holds startAgentWithHolds(String name) throws IOException, InterruptedException {
        Holds holds = holds(name);
        startAgent(name, List.of(holds.option()));
        return holds;
    }

    /** Where an agent's cycles can be held up, if it is started with {@link Holds#option}. */
    public Holds holds(String agent) throws IOException {
        return Holds.in(directoryOf(agent).resolve("holds"));
    }

    /** Where an agent that is started with {@link Deaths#options} notes where somebody has died. */
    public Deaths deaths(String agent) {
        return new Deaths(directoryOf(agent).resolve("deaths"));
    }

    /** Where an agent writes how far a cycle is; there only while it is under way. */
    public Path journal(String agent, String cycleId) {
        return directoryOf(agent).resolve("cycles").resolve(cycleId + ".journal");
    }

    /** Where an agent keeps its data. */
    public Path directoryOf(String agent) {
        return directory.resolve(agent);
    }

    /** Waits until an agent has ended, whatever ended it; false when it still runs after that time. */
    public boolean awaitAgentEnd(String name, Duration within) throws InterruptedException {
        return agent(name).awaitEnd(within);
    }

    /** Asks an agent to end, as a supervisor does. */
    public void askAgentToEnd(String name) {
        agent(name).ask();
    }

    /** Starts an agent where one has ended, from another installation of the program, as a newer version is. */
    public void startAgentOfOtherInstallation(String name) throws IOException, InterruptedException {
        if (otherClassPath.isEmpty()) {
            otherClassPath = ReadableClassPath.copy(Files.createDirectory(directory.resolve("other-installation")));
        }
        startAgent(name, JavaProgram.agent().from(otherClassPath), directoryOf(name));
    }

    /** Ends an agent; its servers go on. */
    public void stopAgent(String name) throws InterruptedException {
        agent(name).end(STOPPED_WITHIN);
    }

    private Child agent(String name) {
        return Objects.requireNonNull(agents.get(name));
    }

    /** Starts an agent as an ordinary user, which only root can. */
    public void startAgentAs(String user, String name) throws IOException, InterruptedException {
        Path data = Files.createDirectory(directory.resolve(name));
        Files.setOwner(
                data, data.getFileSystem().getUserPrincipalLookupService().lookupPrincipalByName(user));
        String classPath = ReadableClassPath.copy(Files.createDirectory(directory.resolve(name + "-classes")));
        startAgent(name, JavaProgram.agent().as(user, classPath), data);
    }

    private void startAgent(String name, JavaProgram program, Path data) throws IOException, InterruptedException {
        Child agent = Child.start(
                name,
                program.command("--manager", agentsAddress, "--name", name, "--data-dir", data.toString()),
                directory);
        agents.put(name, agent);
        agent.awaitReady(AGENT_READY, READY_WITHIN);
    }

    /**
     * Kills an agent with SIGKILL and starts it again. Its servers and what it keeps outside itself stay.
     *
     * @param dead done as soon as it is
     */
    public synchronized void killAgent(String name, Runnable dead) throws IOException, InterruptedException {
        if (!stopped) {
            agent(name).kill();
            dead.run();
            startAgent(name, programs.getOrDefault(name, JavaProgram.agent()), directoryOf(name));
        }
    }

    /**
     * Starts an agent again that has died of itself, as often as it dies before it is ready.
     *
     * @param javaOptions for its virtual machine, asked for before each start
     */
    public synchronized void reviveAgent(String name, Supplier<List<String>> javaOptions)
            throws IOException, InterruptedException {
        while (!stopped && !agent(name).isAlive()) {
            try {
                startAgent(name, javaOptions.get());
            } catch (IOException e) {
                if (!agent(name).awaitEnd(STOPPED_WITHIN)) {
                    throw e;
                }
            }
        }
    }

    /**
     * Kills the manager with SIGKILL, though not its database, and starts it again where it was.
     *
     * @param dead done as soon as it is
     */
    public synchronized void killManager(Runnable dead) throws IOException, InterruptedException {
        if (stopped) {
            return;
        }
        manager.kill();
        dead.run();
        manager = startManager(directory, adminAddress, agentsAddress);
        manager.awaitReady(MANAGER_READY, READY_WITHIN);
    }

    /**
     * Kills the manager's database with SIGKILL, which the manager has to notice and to start again.
     *
     * @param dead done as soon as it is
     * @throws IOException when the manager does not answer from a new one in time
     */
    public void killPostgres(Runnable dead) throws IOException, InterruptedException {
        Postmaster old = Postmaster.of(directory.resolve("manager/postgres/data"));
        old.kill();
        dead.run();
        long deadline = System.nanoTime() + READY_WITHIN.toNanos();
        while (!stopped && !(old.isReplaced() && answers(admin))) {
            if (System.nanoTime() > deadline) {
                throw new IOException("the manager has not started its PostgreSQL again");
            }
            Thread.sleep(20);
        }
    }

    private static boolean answers(Admin admin) {
        try {
            var _ = admin.processes();
            return true;
        } catch (StatusRuntimeException _) {
            return false;
        }
    }

    public Admin admin() {
        return admin;
    }

    /** A directory for a server, which any user may write to. */
    public Path workDirectory(String name) throws IOException {
        Path work = Files.createDirectories(directory.resolve("work").resolve(name));
        Files.setPosixFilePermissions(work, PosixFilePermissions.fromString("rwxrwxrwx"));
        return work;
    }

    /** The last lines that manager and agents wrote. */
    public String logs() {
        StringBuilder logs = new StringBuilder("manager:\n" + manager.endOfLog());
        agents.values().forEach(agent -> logs.append("\n\nagent:\n").append(agent.endOfLog()));
        return logs.toString();
    }

    /** Whether it is being stopped, as by Ctrl-C, so that failures of whoever uses it mean nothing. */
    public boolean stopped() {
        return stopped;
    }

    @Override
    public void close() {
        stopAll();
        try {
            Runtime.getRuntime().removeShutdownHook(hook);
        } catch (IllegalStateException _) {
            // The program is ending; the hook has nothing left to do.
        }
    }

    /** Once. Who comes second waits for the first to be through, or the program would end in between. */
    private synchronized void stopAll() {
        if (stopped) {
            return;
        }
        stopped = true;
        try {
            stopServers();
            for (Child agent : agents.values()) {
                agent.stop(STOPPED_WITHIN);
            }
            manager.stop(STOPPED_WITHIN);
            admin.close();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            sweep(directory);
        }
    }

    /** Agents leave their servers running when they end, so these go first. */
    private void stopServers() throws InterruptedException {
        try {
            for (Process server : admin.processes()) {
                admin.stopProcess(server.getId());
            }
            long deadline = System.nanoTime() + STOPPED_WITHIN.toNanos();
            while (!admin.processes().isEmpty() && System.nanoTime() < deadline) {
                Thread.sleep(20);
            }
        } catch (StatusRuntimeException _) {
            // Without its manager an installation is swept away.
        }
    }

    /** One after the other: of two at a time each would miss files under its feet. */
    private static synchronized void sweep(Path directory) {
        try {
            new Leftovers(directory).kill();
            if (Files.exists(directory)) {
                DirectoryTree.delete(directory);
            }
        } catch (IOException e) {
            System.err.println("Could not remove " + directory + ": " + e.getMessage());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
