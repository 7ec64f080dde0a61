package dev.holdfast.manager.api;

import dev.holdfast.manager.fleet.Resolution.ResolvedProcess;
import dev.holdfast.manager.store.ProcessDetail;
import dev.holdfast.manager.store.ProcessRow;
import dev.holdfast.manager.store.ProcessState;
import dev.holdfast.manager.store.Transaction;
import dev.holdfast.proto.admin.v1.ChildProcess;
import dev.holdfast.proto.admin.v1.ClientProcess;
import dev.holdfast.proto.admin.v1.Port;
import dev.holdfast.proto.admin.v1.Process;
import java.util.List;
import java.util.Map;
import java.util.UUID;

/** Server processes as callers are told them. */
final class ProcessMessages {
    private ProcessMessages() {}

    static List<Process> of(Transaction tx, List<ProcessRow> processes) {
        Map<UUID, ProcessDetail> details =
                tx.processDetails().of(processes.stream().map(ProcessRow::id).toList());
        return processes.stream()
                .map(process -> of(process, details.getOrDefault(process.id(), ProcessDetail.NONE)))
                .toList();
    }

    static Process of(ResolvedProcess process) {
        return of(process.process(), process.detail());
    }

    private static Process of(ProcessRow process, ProcessDetail detail) {
        Process.Builder message = Process.newBuilder()
                .setId(process.id().toString())
                .setTenant(process.tenant())
                .setImageName(process.imageName())
                .setImageVersion(process.imageVersion())
                .setHost(process.host())
                .setState(state(process.state()))
                .setPid(process.pid())
                .setDetail(process.detail());
        if (process.startTime() != null) {
            message.setStartTime(Times.of(process.startTime()));
        }
        detail.children()
                .forEach(child -> message.addChildren(
                        ChildProcess.newBuilder().setPid(child.pid()).setCommand(child.command())));
        detail.ports()
                .forEach(port -> message.addPorts(Port.newBuilder()
                        .setAddress(port.address())
                        .setPort(port.port())
                        .setInode(port.inode())
                        .setConnections(port.connections())));
        detail.clients()
                .forEach(client -> message.addClients(ClientProcess.newBuilder()
                        .setAddress(client.address())
                        .setHost(client.host() == null ? "" : client.host())
                        .setPid(client.pid())
                        .setCommand(client.command())
                        .addAllPorts(client.ports())
                        .setServerPort(client.serverPort())));
        return message.build();
    }

    private static Process.State state(ProcessState state) {
        return switch (state) {
            case REQUESTED -> Process.State.STATE_REQUESTED;
            case STARTING -> Process.State.STATE_STARTING;
            case RUNNING -> Process.State.STATE_RUNNING;
            case STOPPING -> Process.State.STATE_STOPPING;
            case STOPPED -> Process.State.STATE_STOPPED;
            case EXITED -> Process.State.STATE_EXITED;
            case FAILED -> Process.State.STATE_FAILED;
        };
    }
}
