package dev.holdfast.agent.preflight;

import dev.holdfast.agent.linux.OwnedFd;
import dev.holdfast.agent.linux.Peek;
import dev.holdfast.agent.linux.ProcFiles;
import dev.holdfast.agent.linux.Processes;
import dev.holdfast.agent.linux.SocketAddresses;
import dev.holdfast.agent.linux.SyscallException;
import dev.holdfast.agent.linux.TcpSocket;
import dev.holdfast.agent.takeover.SocketTable;
import dev.holdfast.common.manifest.Ready;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Whether TLS is spoken on the ports: its keys are in the server's memory and go with it. First what can be seen without a word
 * (what waits to be read, what the kernel speaks itself, a ready check in plain HTTP that the server has passed); only
 * where that is silent the server is asked.
 */
final class TlsCheck implements Check {
    private static final Duration WITHIN = Duration.ofSeconds(1);
    private static final String LOST =
            ": what TLS needs is in the server's memory and every connection would break; end TLS"
                    + " in front of the server, or leave the port out of the manifests";

    @Override
    public String name() {
        return "tls";
    }

    @Override
    public List<Finding> look(Subject subject) {
        ServerSockets sockets = subject.sockets();
        Optional<Finding> seen = sockets.tables().entrySet().stream()
                .map(process -> seen(process.getKey(), process.getValue(), sockets.connectionInodes()))
                .flatMap(Optional::stream)
                .findFirst();
        if (seen.isPresent()) {
            return List.of(seen.get());
        }
        List<Finding> findings = new ArrayList<>();
        for (InetSocketAddress listener :
                sockets.listeners().stream().map(TcpSocket::local).distinct().toList()) {
            findings.add(judge(subject, listener));
        }
        if (findings.isEmpty()) {
            findings.add(Finding.passed(name(), "there is no listener to ask"));
        }
        return findings;
    }

    private Optional<Finding> seen(int pid, SocketTable table, Set<Long> connections) {
        try (OwnedFd pidfd = Processes.pidfdOpen(pid)) {
            return table.entries().stream()
                    .filter(entry -> connections.contains(entry.inode()))
                    .map(entry -> seen(pidfd, entry.number()))
                    .flatMap(Optional::stream)
                    .findFirst();
        } catch (SyscallException e) {
            if (!ProcFiles.isGone(e)) {
                throw e;
            }
            return Optional.empty();
        }
    }

    /** One duplicate at a time, for some microseconds: as long as it is there, a connection that the server closes is open. */
    private Optional<Finding> seen(OwnedFd pidfd, int number) {
        try (OwnedFd connection = Processes.pidfdGetfd(pidfd, number)) {
            if (Peek.upperProtocol(connection).equals("tls")) {
                return Optional.of(
                        Finding.refused(name(), "the kernel speaks TLS on connections of the server" + LOST));
            }
            return TlsRecord.begins(Peek.unread(connection, TlsRecord.HEADER))
                    ? Optional.of(Finding.refused(name(), "a client has sent TLS" + LOST))
                    : Optional.empty();
        } catch (SyscallException e) {
            // Closed since.
            return Optional.empty();
        }
    }

    private Finding judge(Subject subject, InetSocketAddress listener) {
        String where = SocketAddresses.text(listener);
        if (subject.running().ready() instanceof Ready.Http http && http.url().getPort() == listener.getPort()) {
            return Finding.passed(name(), where + " has answered its ready check in plain HTTP");
        }
        if (subject.isBeingUpgraded()) {
            return Finding.warning(name(), where + " is not asked for TLS while the process is being upgraded");
        }
        return switch (TlsQuestion.ask(
                new InetSocketAddress(within(listener.getAddress()), listener.getPort()), WITHIN)) {
            case TLS -> Finding.refused(name(), where + " answers in TLS" + LOST);
            case OTHER -> Finding.passed(name(), where + " does not answer a client that greets it in TLS");
            case NONE ->
                Finding.warning(
                        name(),
                        where
                                + " did not say within a second whether it speaks TLS: if it does, every connection breaks");
        };
    }

    /** Where a listener is reached from this host. */
    private static InetAddress within(InetAddress listening) {
        if (!listening.isAnyLocalAddress()) {
            return listening;
        }
        return InetAddress.ofLiteral(listening instanceof Inet6Address ? "::1" : "127.0.0.1");
    }
}
