"""Answers lines, a thread for each connection, and each thread that has a connection keeps the interpreter busy."""

import os
import socket
import sys
import threading


def serve(connection):
    connection.setblocking(True)
    file = connection.makefile("rb")
    done = threading.Event()

    def spin():
        while not done.is_set():
            os.getppid()

    threading.Thread(target=spin, daemon=True).start()
    for line in file:
        connection.sendall(line)
    done.set()
    connection.close()


listener = socket.create_server(("127.0.0.1", int(sys.argv[1])), backlog=128)
while True:
    connection, _ = listener.accept()
    threading.Thread(target=serve, args=(connection,), daemon=True).start()
