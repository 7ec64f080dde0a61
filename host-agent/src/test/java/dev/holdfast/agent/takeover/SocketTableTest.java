package dev.holdfast.agent.takeover;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.agent.linux.OwnedFd;
import dev.holdfast.agent.linux.Processes;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class SocketTableTest {
    /** So many that a table is not listed but tried number by number. */
    private static final int MANY = 400;

    private static final int SOME = 20;
    private static final int OWN = (int) ProcessHandle.current().pid();

    @Test
    void whatIsKnownIsToldFromWhatHasTakenItsNumber() throws IOException {
        List<Socket> sockets = new ArrayList<>();
        List<OwnedFd> duplicates = new ArrayList<>();
        try (ServerSocket listener = new ServerSocket(0, MANY, InetAddress.getLoopbackAddress())) {
            connect(sockets, listener, MANY);
            Map<Integer, SocketTable.Place> before = new HashMap<>();
            try (OwnedFd own = Processes.pidfdOpen(OWN)) {
                for (SocketTable.Entry entry : SocketTable.of(OWN).entries()) {
                    OwnedFd duplicate = Processes.pidfdGetfd(own, entry.number());
                    duplicates.add(duplicate);
                    before.put(entry.number(), new SocketTable.Place(duplicate, entry.inode()));
                }
            }
            for (Socket socket : sockets.subList(0, 2 * SOME)) {
                socket.close();
            }
            // Some take the numbers of those that are gone.
            connect(sockets, listener, SOME);

            List<SocketTable.Entry> listed = SocketTable.of(OWN).entries();
            List<SocketTable.Entry> tried = SocketTable.of(OWN, before).entries();

            assertThat(tried).containsExactlyInAnyOrderElementsOf(listed);
            assertThat(listed)
                    .anyMatch(entry -> before.containsKey(entry.number())
                            && before.get(entry.number()).inode() != entry.inode());
        } finally {
            duplicates.forEach(OwnedFd::close);
            for (Socket socket : sockets) {
                socket.close();
            }
        }
    }

    private static void connect(List<Socket> sockets, ServerSocket listener, int pairs) throws IOException {
        for (int i = 0; i < pairs; i++) {
            sockets.add(new Socket(listener.getInetAddress(), listener.getLocalPort()));
            sockets.add(listener.accept());
        }
    }
}
