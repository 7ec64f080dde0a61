package dev.holdfast.manager.upgrade;

import dev.holdfast.manager.rollout.HostLabels;
import dev.holdfast.manager.rollout.PlannedHost;
import dev.holdfast.manager.rollout.Spec;
import dev.holdfast.manager.rollout.WavePlan;
import dev.holdfast.manager.store.HostRow;
import dev.holdfast.manager.store.ImageRow;
import dev.holdfast.manager.store.ProcessRow;
import dev.holdfast.manager.store.ProcessState;
import dev.holdfast.manager.store.Transaction;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;

/**
 * The hosts and server processes that an upgrade goes over, in its order.
 *
 * @param unconcerned the names of the image's other hosts: they run the version already, or do not have the labels
 */
public record Plan(ImageRow image, List<Entry> hosts, List<String> unconcerned) {
    /**
     * A host.
     *
     * @param wave its wave's number
     * @param processes those that run another version, or will when they have started, oldest first
     */
    public record Entry(HostRow host, int wave, List<ProcessRow> processes) {}

    /**
     * The plan as things are.
     *
     * @throws dev.holdfast.manager.refusal.RefusedException if the spec names labels that no host has
     */
    static Plan of(Transaction tx, ImageRow image, Spec spec) {
        return of(
                image,
                spec,
                tx.hosts().ofImage(image.tenantId(), image.name()),
                tx.processes().ofImage(image.tenantId(), image.name()));
    }

    /** Of the image's hosts and server processes. */
    static Plan of(ImageRow image, Spec spec, List<HostRow> ofImage, List<ProcessRow> processes) {
        Map<UUID, List<ProcessRow>> outdated = processes.stream()
                .filter(process -> runs(process.state()) && process.imageId() != image.id())
                .collect(Collectors.groupingBy(ProcessRow::hostId));
        Map<UUID, HostRow> hosts = ofImage.stream().collect(Collectors.toMap(HostRow::id, host -> host));
        List<PlannedHost> concerned = HostLabels.concerned(
                spec, hosts.values().stream().map(Plan::planned).toList());
        List<Entry> entries =
                WavePlan.of(
                                spec,
                                concerned.stream()
                                        .filter(host -> outdated.containsKey(host.id()))
                                        .toList())
                        .stream()
                        .map(placed -> new Entry(
                                Objects.requireNonNull(hosts.get(placed.host().id())),
                                placed.wave(),
                                outdated.getOrDefault(placed.host().id(), List.of())))
                        .toList();
        Set<UUID> planned = entries.stream().map(entry -> entry.host().id()).collect(Collectors.toSet());
        return new Plan(
                image,
                entries,
                hosts.values().stream()
                        .filter(host -> !planned.contains(host.id()))
                        .map(HostRow::name)
                        .sorted()
                        .toList());
    }

    List<ProcessRow> processes() {
        return hosts.stream().flatMap(entry -> entry.processes().stream()).toList();
    }

    int waves() {
        return hosts.isEmpty() ? 0 : hosts.getLast().wave();
    }

    private static PlannedHost planned(HostRow host) {
        return new PlannedHost(host.id(), host.name(), host.labels());
    }

    private static boolean runs(ProcessState state) {
        return state == ProcessState.RUNNING || state.isBeforeRunning();
    }
}
