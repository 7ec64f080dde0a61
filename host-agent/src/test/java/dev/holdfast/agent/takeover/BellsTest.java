package dev.holdfast.agent.takeover;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.agent.linux.OwnedFd;
import dev.holdfast.agent.linux.SocketAddresses;
import dev.holdfast.agent.linux.Sockets;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** The kernel chooses which of the listeners that share an address hears a bell. */
class BellsTest {
    private static final int SO_REUSEPORT = 15;
    private static final int SHARING = 4;

    @Test
    void whereOneOfFourIsWantedItIsRungAsOftenAsForAllFour() {
        try (Sockets sockets = new Sockets()) {
            List<HeldListener> all = sharing(sockets);
            Bells bells = new Bells(sockets);

            bells.ring(List.of(all.getLast()), all);

            assertThat(backlog(sockets, all)).isEqualTo(4 * SHARING);
            bells.leave();
            all.forEach(listener -> listener.fd().close());
        }
    }

    @Test
    void whoSharesItsAddressWithNobodyIsRungForOnce() {
        try (Sockets sockets = new Sockets()) {
            HeldListener only = listener(sockets, new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 1);
            Bells bells = new Bells(sockets);

            bells.ring(List.of(only), List.of(only));

            assertThat(backlog(sockets, List.of(only))).isEqualTo(1);
            bells.leave();
            only.fd().close();
        }
    }

    private static List<HeldListener> sharing(Sockets sockets) {
        List<HeldListener> all = new ArrayList<>();
        InetSocketAddress address = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
        for (int i = 1; i <= SHARING; i++) {
            all.add(listener(sockets, address, i));
            address = all.getFirst().address();
        }
        return all;
    }

    private static HeldListener listener(Sockets sockets, InetSocketAddress address, long inode) {
        OwnedFd fd = sockets.socket(SocketAddresses.AF_INET, Sockets.SOCK_STREAM | Sockets.SOCK_NONBLOCK);
        sockets.setOption(fd, Sockets.SOL_SOCKET, SO_REUSEPORT, 1);
        sockets.bind(fd, address);
        sockets.listen(fd, 64);
        InetSocketAddress bound = sockets.localAddress(fd);
        assertThat(bound).isNotNull();
        return new HeldListener(fd, inode, bound, SocketAddresses.AF_INET, false);
    }

    private static int backlog(Sockets sockets, List<HeldListener> all) {
        int count = 0;
        for (HeldListener listener : all) {
            Optional<OwnedFd> next = sockets.accept(listener.fd());
            while (next.isPresent()) {
                next.get().close();
                count++;
                next = sockets.accept(listener.fd());
            }
        }
        return count;
    }
}
