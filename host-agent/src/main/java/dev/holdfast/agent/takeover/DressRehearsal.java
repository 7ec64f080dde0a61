package dev.holdfast.agent.takeover;

import dev.holdfast.common.manifest.PortSpec;
import dev.holdfast.common.manifest.Takeover;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.StandardProtocolFamily;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * Pauses, looks at and releases connections within the agent, as often as it takes until that is compiled: a server of its own
 * has answered some of them, has read or not read the requests of others, and is asked no more by the rest. In the end they
 * are delivered.
 */
final class DressRehearsal implements AutoCloseable {
    private static final int CONNECTIONS = 48;
    private static final int ROUNDS = 400;

    /** What a client and a server say to each other. */
    private record Script(String request, String answer) {
        static Script of(Takeover.Protocol protocol) {
            return switch (protocol) {
                case OPAQUE, LINE -> new Script("ask\n", "answer\n");
                case HTTP1 ->
                    new Script(
                            "GET / HTTP/1.1\r\nHost: rehearsal\r\n\r\n",
                            "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n");
                case RESP -> new Script("*1\r\n$4\r\nPING\r\n", "+PONG\r\n");
                case MEMCACHED -> new Script("version\r\n", "VERSION 1\r\n");
            };
        }
    }

    private final Script script;
    private final ByteBuffer room = ByteBuffer.allocate(1024);
    private final ServerSocketChannel listener = ServerSocketChannel.open(StandardProtocolFamily.INET);
    private final List<SocketChannel> clients = new ArrayList<>();
    private final List<SocketChannel> servers = new ArrayList<>();

    private DressRehearsal(Script script) throws IOException {
        this.script = script;
    }

    private void connect() throws IOException {
        listener.bind(new InetSocketAddress(InetAddress.ofLiteral("127.0.0.1"), 0), CONNECTIONS);
        for (int i = 0; i < CONNECTIONS; i++) {
            clients.add(SocketChannel.open(listener.getLocalAddress()));
            servers.add(listener.accept());
        }
        for (SocketChannel server : servers) {
            server.configureBlocking(false);
        }
    }

    static void run(Takeover policy) throws IOException {
        int self = Math.toIntExact(ProcessHandle.current().pid());
        try (DressRehearsal rehearsal = new DressRehearsal(Script.of(policy.protocol()));
                HeldSockets held = new HeldSockets()) {
            rehearsal.connect();
            int port = ((InetSocketAddress) rehearsal.listener.getLocalAddress()).getPort();
            Holder holder = new Holder(held, List.of(new PortSpec(null, port)));
            holder.refresh(List.of(self));
            try (Quiesce quiesce = new Quiesce(held, holder, self, policy)) {
                quiesce.beginRehearsal();
                for (int round = 0; round < ROUNDS; round++) {
                    rehearsal.ask();
                    quiesce.rehearse();
                    rehearsal.answer();
                }
                quiesce.rehearseOnce();
            }
            DeliveryRehearsal.run(held, port);
        }
    }

    /** Half of them have their answer already; of the others, one in two has been read. */
    private void ask() throws IOException {
        for (int i = 0; i < CONNECTIONS / 2; i++) {
            say(clients.get(i), script.request());
            if (i % 4 != 0) {
                hear(servers.get(i));
            }
            if (i % 2 != 0) {
                say(servers.get(i), script.answer());
                hear(clients.get(i));
            }
        }
    }

    private void answer() throws IOException {
        for (int i = 0; i < CONNECTIONS / 2; i += 2) {
            if (i % 4 == 0) {
                hear(servers.get(i));
            }
            say(servers.get(i), script.answer());
            hear(clients.get(i));
        }
    }

    private static void say(SocketChannel channel, String text) throws IOException {
        if (channel.write(ByteBuffer.wrap(text.getBytes(StandardCharsets.US_ASCII))) < text.length()) {
            throw new IOException("a connection of the rehearsal takes nothing");
        }
    }

    private void hear(SocketChannel channel) throws IOException {
        if (channel.read(room.clear()) <= 0) {
            throw new IOException("nothing comes on a connection of the rehearsal");
        }
    }

    @Override
    public void close() throws IOException {
        for (SocketChannel each : clients) {
            each.close();
        }
        for (SocketChannel each : servers) {
            each.close();
        }
        listener.close();
    }
}
