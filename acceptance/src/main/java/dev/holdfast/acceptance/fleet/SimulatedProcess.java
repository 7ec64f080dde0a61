package dev.holdfast.acceptance.fleet;

import com.google.protobuf.Timestamp;
import dev.holdfast.proto.agent.v1.ClientProcess;
import dev.holdfast.proto.agent.v1.Image;
import dev.holdfast.proto.agent.v1.Port;
import dev.holdfast.proto.agent.v1.ProcessState;
import dev.holdfast.proto.agent.v1.ServerProcess;

/** A server process that there is not. */
record SimulatedProcess(String id, Image image, ProcessState state, int pid, Timestamp startTime) {
    private static final int PORT = 8080;
    private static final int CLIENT_ADDRESSES = 4;

    SimulatedProcess in(ProcessState next) {
        return new SimulatedProcess(id, image, next, pid, startTime);
    }

    /** What is there after a cycle: a new process of an image. */
    SimulatedProcess replaced(Image by) {
        return new SimulatedProcess(id, by, state, pid + 1, Messages.now());
    }

    ServerProcess entry(int number) {
        ServerProcess.Builder entry = ServerProcess.newBuilder()
                .setProcessId(id)
                .setState(state)
                .setImageName(image.getName())
                .setImageVersion(image.getVersion());
        if (state != ProcessState.PROCESS_STATE_RUNNING) {
            return entry.build();
        }
        entry.setPid(pid)
                .setStartTime(startTime)
                .addPorts(Port.newBuilder()
                        .setAddress(Messages.address(number))
                        .setPort(PORT)
                        .setInode(number + 1)
                        .setConnections(Messages.CONNECTIONS));
        for (int i = 0; i < CLIENT_ADDRESSES; i++) {
            ClientProcess.Builder client =
                    ClientProcess.newBuilder().setAddress("192.0.2." + i).setServerPort(PORT);
            for (int port = i; port < Messages.CONNECTIONS; port += CLIENT_ADDRESSES) {
                client.addPorts(40_000 + port);
            }
            entry.addClients(client);
        }
        return entry.build();
    }
}
