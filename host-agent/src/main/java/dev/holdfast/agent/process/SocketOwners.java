package dev.holdfast.agent.process;

import dev.holdfast.agent.linux.TcpSocket;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Supplier;

/**
 * Who has which socket open. Looking through /proc costs microseconds a descriptor, so what was found is remembered
 * by the socket's cookie, and looked for again only when there is a socket that was not there the last time.
 */
final class SocketOwners<T> {
    private final Map<Long, T> owners = new HashMap<>();
    private Set<Long> nobodys = new HashSet<>();

    /**
     * The owners of those sockets by cookie.
     *
     * @param search finds all owners by inode
     * @param stubborn look again also for sockets that nobody had the last time
     */
    Map<Long, T> of(Collection<TcpSocket> sockets, Supplier<Map<Long, T>> search, boolean stubborn) {
        Set<Long> cookies = new HashSet<>();
        sockets.forEach(socket -> cookies.add(socket.cookie()));
        owners.keySet().retainAll(cookies);
        nobodys.retainAll(cookies);
        List<TcpSocket> unknown = sockets.stream()
                .filter(socket -> socket.inode() != 0 && !owners.containsKey(socket.cookie()))
                .toList();
        boolean worthIt =
                stubborn ? !unknown.isEmpty() : unknown.stream().anyMatch(socket -> !nobodys.contains(socket.cookie()));
        if (worthIt) {
            Map<Long, T> byInode = search.get();
            nobodys = new HashSet<>();
            for (TcpSocket socket : unknown) {
                T owner = byInode.get(socket.inode());
                if (owner == null) {
                    nobodys.add(socket.cookie());
                } else {
                    owners.put(socket.cookie(), owner);
                }
            }
        }
        return owners;
    }
}
