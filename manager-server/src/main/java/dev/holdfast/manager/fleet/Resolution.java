package dev.holdfast.manager.fleet;

import dev.holdfast.manager.store.HostRow;
import dev.holdfast.manager.store.ProcessDetail;
import dev.holdfast.manager.store.ProcessRow;
import dev.holdfast.manager.store.Transaction;
import java.util.List;
import java.util.Map;
import java.util.UUID;

/** The patent's resolution of a tenant's image: its hosts, their server processes, the clients and ports of those. */
public record Resolution(List<ResolvedHost> hosts) {
    public record ResolvedHost(HostRow host, List<ResolvedProcess> processes) {}

    public record ResolvedProcess(ProcessRow process, ProcessDetail detail) {}

    /** The hosts in the order of their names, the processes oldest first. */
    public static Resolution of(Transaction tx, long tenantId, String imageName) {
        List<ProcessRow> processes = tx.processes().ofImage(tenantId, imageName);
        Map<UUID, ProcessDetail> details =
                tx.processDetails().of(processes.stream().map(ProcessRow::id).toList());
        return new Resolution(tx.hosts().ofImage(tenantId, imageName).stream()
                .map(host -> new ResolvedHost(
                        host,
                        processes.stream()
                                .filter(process -> process.hostId().equals(host.id()))
                                .map(process -> new ResolvedProcess(
                                        process, details.getOrDefault(process.id(), ProcessDetail.NONE)))
                                .toList()))
                .toList());
    }
}
