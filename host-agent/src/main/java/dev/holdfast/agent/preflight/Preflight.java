package dev.holdfast.agent.preflight;

import dev.holdfast.agent.linux.SyscallException;
import dev.holdfast.agent.process.ImageRef;
import dev.holdfast.agent.process.ManagedProcess;
import dev.holdfast.agent.process.ProcessException;
import dev.holdfast.agent.process.ProcessTree;
import dev.holdfast.agent.process.ServerProcesses;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/** All checks of an upgrade. */
public final class Preflight {
    private static final List<Check> OF_HOST = List.of(new KernelCheck(), new ProcessCheck(), new ImageCheck());
    private static final List<Check> OF_SERVER = List.of(
            new TraceCheck(),
            new TracerCheck(),
            new SeccompCheck(),
            new CapabilityCheck(),
            new NamespaceCheck(),
            new DescriptorCheck(),
            new MemoryCheck(),
            new ListenerCheck(),
            new IoUringCheck(),
            new SharedSocketCheck(),
            new TlsCheck(),
            new UndoCheck(),
            new UpgradeCheck());

    private final ServerProcesses servers;

    public Preflight(ServerProcesses servers) {
        this.servers = servers;
    }

    /**
     * What is to be said about upgrading that process to that image.
     *
     * @param processId of a process that the agent manages
     * @param upgrades the process ids of the cycles that are under way, by cycle id
     */
    public List<Finding> look(String processId, ImageRef image, Map<String, String> upgrades) {
        ManagedProcess process = servers.get(processId).orElseThrow();
        List<Integer> pids = process.state() == ManagedProcess.State.RUNNING
                ? ProcessTree.of(process.identity()).pids()
                : List.of();
        Subject subject = new Subject(servers, process, image, pids, upgrades);
        List<Finding> findings = new ArrayList<>();
        OF_HOST.forEach(check -> findings.addAll(look(check, subject)));
        if (!pids.isEmpty()) {
            OF_SERVER.forEach(check -> findings.addAll(look(check, subject)));
        }
        return findings;
    }

    /** Why the upgrade is not to be begun, for the cycle that is about to; empty when it is. */
    public Optional<String> refusal(String processId, ImageRef image) {
        String reasons = look(processId, image, Map.of()).stream()
                .filter(Finding::isRefusal)
                .map(finding -> finding.check() + ": " + finding.detail())
                .collect(Collectors.joining("; "));
        return reasons.isEmpty() ? Optional.empty() : Optional.of(reasons);
    }

    /** What cannot be looked at may be what an upgrade would break. */
    private static List<Finding> look(Check check, Subject subject) {
        try {
            return check.look(subject);
        } catch (SyscallException | ProcessException | UncheckedIOException e) {
            return List.of(Finding.refused(check.name(), "it cannot be told: " + e.getMessage()));
        }
    }
}
