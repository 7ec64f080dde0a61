package dev.holdfast.agent.link;

import com.google.protobuf.Timestamp;
import dev.holdfast.agent.process.ImageRef;
import dev.holdfast.agent.process.ManagedProcess;
import dev.holdfast.agent.process.TableEntry;
import dev.holdfast.proto.agent.v1.ChildProcess;
import dev.holdfast.proto.agent.v1.ClientProcess;
import dev.holdfast.proto.agent.v1.Finding;
import dev.holdfast.proto.agent.v1.Image;
import dev.holdfast.proto.agent.v1.Port;
import dev.holdfast.proto.agent.v1.ProcessState;
import dev.holdfast.proto.agent.v1.ProcessTable;
import dev.holdfast.proto.agent.v1.ServerProcess;
import java.time.Instant;
import java.util.List;

/** Between the agent's words and the wire's. */
final class Messages {
    private Messages() {}

    static ImageRef image(Image image) {
        return new ImageRef(
                image.getName(),
                image.getVersion(),
                image.getManifest(),
                image.getBundleDigest(),
                image.getBundleSizeBytes());
    }

    static ProcessTable table(List<TableEntry> entries) {
        return ProcessTable.newBuilder()
                .addAllProcesses(entries.stream().map(Messages::process).toList())
                .build();
    }

    private static ServerProcess process(TableEntry entry) {
        ManagedProcess process = entry.process();
        ServerProcess.Builder message = ServerProcess.newBuilder()
                .setProcessId(process.processId())
                .setState(state(process.state()))
                .setPid(process.pid())
                .setImageName(process.imageName())
                .setImageVersion(process.imageVersion())
                .setDetail(process.detail());
        if (process.startTime() != null) {
            message.setStartTime(timestamp(process.startTime()));
        }
        entry.children()
                .forEach(child -> message.addChildren(
                        ChildProcess.newBuilder().setPid(child.pid()).setCommand(child.command())));
        entry.ports()
                .forEach(port -> message.addPorts(Port.newBuilder()
                        .setAddress(port.address())
                        .setPort(port.port())
                        .setInode(port.inode())
                        .setConnections(port.connections())));
        entry.clients()
                .forEach(client -> message.addClients(ClientProcess.newBuilder()
                        .setAddress(client.address())
                        .setPid(client.pid())
                        .setCommand(client.command())
                        .addAllPorts(client.ports())
                        .setServerPort(client.serverPort())));
        return message.build();
    }

    private static ProcessState state(ManagedProcess.State state) {
        return switch (state) {
            case STARTING -> ProcessState.PROCESS_STATE_STARTING;
            case RUNNING -> ProcessState.PROCESS_STATE_RUNNING;
            case FAILED -> ProcessState.PROCESS_STATE_FAILED;
            case EXITED -> ProcessState.PROCESS_STATE_EXITED;
            case STOPPED -> ProcessState.PROCESS_STATE_STOPPED;
        };
    }

    static Finding finding(dev.holdfast.agent.preflight.Finding finding) {
        return Finding.newBuilder()
                .setCheck(finding.check())
                .setSeverity(
                        switch (finding.severity()) {
                            case PASSED -> Finding.Severity.SEVERITY_PASSED;
                            case WARNING -> Finding.Severity.SEVERITY_WARNING;
                            case REFUSED -> Finding.Severity.SEVERITY_REFUSED;
                        })
                .setDetail(finding.detail())
                .build();
    }

    static Timestamp timestamp(Instant instant) {
        return Timestamp.newBuilder()
                .setSeconds(instant.getEpochSecond())
                .setNanos(instant.getNano())
                .build();
    }
}
