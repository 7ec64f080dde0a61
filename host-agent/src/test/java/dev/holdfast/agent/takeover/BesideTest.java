package dev.holdfast.agent.takeover;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.holdfast.agent.Ports;
import java.io.IOException;
import java.net.ConnectException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Servers that wait for clients in every way there is come to the held listener from the one that stood in for it. */
@Timeout(60)
class BesideTest {
    private static final int CLIENTS = 12;
    private static final Path PYTHON = Path.of("/usr/bin/python3");

    /** Answers with its process and the port that it believes to have. */
    private static final String SERVER = """
            import os, select, socket, sys, threading
            port, way = int(sys.argv[1]), sys.argv[2]

            def serve(connection):
                with connection:
                    connection.setblocking(True)
                    request = b''
                    while more := connection.recv(1000):
                        request += more
                        while b'\\r\\n\\r\\n' in request:
                            request = request.split(b'\\r\\n\\r\\n', 1)[1]
                            body = f'{root} {name[1]}'
                            connection.sendall(f'HTTP/1.1 200 OK\\r\\nContent-Length: {len(body)}\\r\\n\\r\\n{body}'.encode())

            def accept_all():
                try:
                    while True:
                        threading.Thread(target=serve, args=(listener.accept()[0],), daemon=True).start()
                except BlockingIOError:
                    pass

            root = os.getpid()
            listener = socket.create_server(('127.0.0.1', port), backlog=100)
            name = listener.getsockname()
            if way == 'duplicate':
                first, listener = listener, listener.dup()
            if way == 'workers' and os.fork() == 0:
                os.fork()
            if way == 'blocking':
                threads = [threading.Thread(target=accept_all) for _ in range(3)]
                [thread.start() for thread in threads]
                [thread.join() for thread in threads]
            listener.setblocking(False)
            if way == 'select':
                while True:
                    select.select([listener], [], [])
                    accept_all()
            if way == 'poll':
                poll = select.poll()
                poll.register(listener, select.POLLIN)
            else:
                poll = select.epoll()
                flags = {'edge': select.EPOLLET, 'workers': select.EPOLLEXCLUSIVE}.get(way, 0)
                poll.register(listener, select.EPOLLIN | flags)
            while True:
                poll.poll()
                accept_all()
            """;

    @TempDir
    Path directory;

    private Swap start(String way) throws IOException {
        assumeTrue(Files.isExecutable(PYTHON), "python3 is not installed");
        Swap.write(directory.resolve("s.py"), SERVER);
        int port = Ports.free();
        List<String> argv = List.of(PYTHON.toString(), directory.resolve("s.py").toString(), "" + port, way);
        return new Swap(directory, port, argv);
    }

    private static void answered(Swap swap, int pid) throws IOException {
        answered(swap, swap.clients(), pid);
    }

    private static void answered(Swap swap, List<Socket> clients, int pid) throws IOException {
        for (Socket client : clients) {
            Swap.get(client, "/");
            assertThat(Swap.answer(client)).endsWith("\n" + pid + " " + swap.port);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"blocking", "select", "poll", "level", "edge", "workers", "duplicate"})
    void comesToTheHeldListener(String way) throws Exception {
        try (Swap swap = start(way)) {
            swap.connect(CLIENTS);
            int before = swap.pid();
            answered(swap, before);

            AtomicInteger served = new AtomicInteger();
            InetSocketAddress probed = swap.swapBeside(
                    () -> {
                        // These come to the old server, as there is no other for them.
                        swap.connect(CLIENTS);
                        answered(swap, before);
                    },
                    some -> {
                        served.set(some.size());
                        answered(swap, some, swap.pid());
                        if (!way.equals("blocking")) {
                            // Others accept nobody else before they have all.
                            swap.connect(1);
                            answered(swap, List.of(swap.clients().getLast()), swap.pid());
                        }
                    });

            assertThat(swap.pid()).isNotEqualTo(before);
            assertThat(served).as("before the others were there").hasValue(way.equals("workers") ? 0 : CLIENTS);
            swap.connect(CLIENTS);
            answered(swap, swap.pid());
            try (Socket late = new Socket()) {
                assertThatThrownBy(() -> late.connect(probed)).isInstanceOf(ConnectException.class);
            }
        }
    }
}
