# Answers "v1:line" to "line" and that many letters to "much N"; ends a connection after "bye", and itself at "exit". With one epoll,
# with a thread that blocks for each connection, or with three processes that share the listener and have an epoll each.
import os, selectors, socket, sys, threading, time
port, name, kind = int(sys.argv[1]), sys.argv[2], sys.argv[3]
listener = socket.create_server(("127.0.0.1", port), backlog=100)

def answer(line):
    if line.startswith("much "):
        return b"x" * int(line[5:]) + b"\n"
    if line.startswith("GET"):
        time.sleep(0.3)
        return b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\n\r\n"
    if line == "exit":
        os._exit(3)
    return (name + ":" + line + "\n").encode()

def blocking(connection):
    try:
        while True:
            lines = connection.recv(1000).decode().splitlines()
            if not lines or "bye" in lines:
                break
            for line in lines:
                connection.sendall(answer(line))
    except OSError:
        pass
    connection.close()

def threads():
    while True:
        threading.Thread(target=blocking, args=(listener.accept()[0],), daemon=True).start()

def polling():
    poll = selectors.DefaultSelector()
    listener.setblocking(False)
    poll.register(listener, selectors.EVENT_READ)
    waiting = {}
    def close(connection):
        poll.unregister(connection)
        connection.close()
        del waiting[connection]
    while True:
        for key, events in poll.select():
            connection = key.fileobj
            try:
                if connection is listener:
                    accepted = listener.accept()[0]
                    accepted.setblocking(False)
                    waiting[accepted] = b""
                    poll.register(accepted, selectors.EVENT_READ)
                    continue
                if events & selectors.EVENT_READ:
                    lines = connection.recv(1000).decode().splitlines()
                    if not lines or "bye" in lines:
                        close(connection)
                        continue
                    for line in lines:
                        waiting[connection] += answer(line)
                if waiting[connection]:
                    waiting[connection] = waiting[connection][connection.send(waiting[connection]):]
                poll.modify(connection, selectors.EVENT_READ | (selectors.EVENT_WRITE if waiting[connection] else 0))
            except BlockingIOError:
                pass
            except OSError:
                close(connection)

if kind == "threads":
    threads()
if kind == "processes":
    for _ in range(3):
        if os.fork() == 0:
            polling()
    os.wait()
    os._exit(1)
polling()
