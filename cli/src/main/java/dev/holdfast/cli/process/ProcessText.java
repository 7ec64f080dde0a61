package dev.holdfast.cli.process;

import dev.holdfast.cli.output.Table;
import dev.holdfast.cli.output.Words;
import dev.holdfast.proto.admin.v1.ClientProcess;
import dev.holdfast.proto.admin.v1.Port;
import dev.holdfast.proto.admin.v1.Process;
import java.util.List;
import java.util.stream.Collectors;

/** Processes as people read them. */
final class ProcessText {
    private ProcessText() {}

    static String oneLine(Process process) {
        return "Process %s (%s) on %s: %s%s%s"
                .formatted(
                        process.getId(),
                        image(process),
                        process.getHost(),
                        Words.state(process.getState()),
                        process.getPid() == 0 ? "" : ", pid " + process.getPid(),
                        process.getDetail().isEmpty() ? "" : ": " + process.getDetail());
    }

    static String list(List<Process> processes) {
        Table table =
                new Table("PROCESS", "TENANT", "IMAGE", "HOST", "STATE", "PID", "PORTS", "CONNECTIONS", "STARTED");
        processes.forEach(process -> table.row(
                process.getId(),
                process.getTenant(),
                image(process),
                process.getHost(),
                Words.state(process.getState()),
                process.getPid() == 0 ? "" : process.getPid(),
                process.getPortsList().stream().map(ProcessText::address).collect(Collectors.joining(",")),
                process.getPortsList().stream().mapToLong(Port::getConnections).sum(),
                Words.time(process.getStartTime())));
        return table.toString();
    }

    static String full(Process process) {
        StringBuilder text = new StringBuilder("""
                process  %s
                image    %s of tenant %s
                host     %s
                state    %s%s
                pid      %s
                started  %s""".formatted(
                        process.getId(),
                        image(process),
                        process.getTenant(),
                        process.getHost(),
                        Words.state(process.getState()),
                        process.getDetail().isEmpty() ? "" : ": " + process.getDetail(),
                        process.getPid() == 0 ? "-" : process.getPid(),
                        process.hasStartTime() ? Words.time(process.getStartTime()) : "-"));
        if (process.getPortsCount() > 0) {
            Table ports = new Table("PORT", "INODE", "CONNECTIONS");
            process.getPortsList().forEach(port -> ports.row(address(port), port.getInode(), port.getConnections()));
            text.append("\n\n").append(ports);
        }
        if (process.getClientsCount() > 0) {
            text.append("\n\n").append(clients(process.getClientsList()));
        }
        if (process.getChildrenCount() > 0) {
            Table children = new Table("CHILD", "COMMAND");
            process.getChildrenList().forEach(child -> children.row(child.getPid(), child.getCommand()));
            text.append("\n\n").append(children);
        }
        return text.toString();
    }

    static String clients(List<ClientProcess> list) {
        Table clients = new Table("CLIENT", "HOST", "PID", "COMMAND", "CONNECTIONS", "TO PORT");
        list.forEach(client -> clients.row(
                client.getAddress(),
                client.getHost(),
                client.getPid() == 0 ? "" : client.getPid(),
                client.getCommand(),
                client.getPortsCount(),
                client.getServerPort()));
        return clients.toString();
    }

    static String image(Process process) {
        return process.getImageName() + ":" + process.getImageVersion();
    }

    static String address(Port port) {
        String address = port.getAddress();
        return (address.indexOf(':') >= 0 ? "[" + address + "]" : address) + ":" + port.getPort();
    }
}
