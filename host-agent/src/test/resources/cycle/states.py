# Answers "v1:line" to "line", that many letters to "much N", a little later half an answer to "half", and says no more after
# "bye". As v2 it ends when it has answered the first of several lines, one of which is "fatal".
import selectors, socket, sys, time
port, name = int(sys.argv[1]), sys.argv[2]
poll = selectors.DefaultSelector()
listener = socket.create_server(("127.0.0.1", port), backlog=100)
listener.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, 2000000)
poll.register(listener, selectors.EVENT_READ)
waiting = {}
def flush(connection):
    try:
        while waiting[connection]:
            waiting[connection] = waiting[connection][connection.send(waiting[connection]):]
    except BlockingIOError:
        pass
    except OSError:
        waiting[connection] = b""
    events = selectors.EVENT_READ | (selectors.EVENT_WRITE if waiting[connection] else 0)
    poll.modify(connection, events)
while True:
    for key, events in poll.select():
        if key.fileobj is listener:
            connection = listener.accept()[0]
            connection.setblocking(False)
            waiting[connection] = b""
            poll.register(connection, selectors.EVENT_READ)
        elif events & selectors.EVENT_WRITE:
            flush(key.fileobj)
        else:
            connection = key.fileobj
            try:
                lines = connection.recv(1000)
            except OSError:
                lines = b""
            if not lines:
                poll.unregister(connection)
                connection.close()
                continue
            if name == "v2" and "fatal" in lines.decode():
                connection.send((name + ":" + lines.decode().splitlines()[0] + "\n").encode())
                sys.exit(1)
            for line in lines.decode().splitlines():
                if line.startswith("much "):
                    waiting[connection] += b"x" * int(line[5:]) + b"\n"
                elif line == "half":
                    time.sleep(0.3)
                    waiting[connection] += b"half of an ans"
                elif line.startswith("GET"):
                    time.sleep(0.3)
                    waiting[connection] += b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\n\r\n"
                elif line == "bye":
                    connection.shutdown(socket.SHUT_WR)
                else:
                    waiting[connection] += (name + ":" + line + "\n").encode()
            flush(connection)
