"""Answers every request one second after it came. One thread, raw sockets: it must not be what a figure measures.

usage: late_server.py      (prints its port, serves until its standard input ends)
"""

import collections
import resource
import select
import socket
import sys
import time

DELAY = 1.0
ANSWER = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 11\r\n\r\n{\"ok\":true}"


def serve(listener):
    poller = select.epoll()
    poller.register(listener.fileno(), select.EPOLLIN)
    poller.register(0, select.EPOLLIN | select.EPOLLHUP)
    clients, due = {}, collections.deque()
    while True:
        timeout = max(0, due[0][0] - time.monotonic()) if due else -1
        for number, _ in poller.poll(timeout, 4096):
            if number == 0:
                return
            if number == listener.fileno():
                accept_all(listener, poller, clients)
                continue
            asked = clients[number].recv(65536)
            if not asked:
                poller.unregister(number)
                clients.pop(number).close()
            elif asked.endswith(b"\r\n\r\n"):
                due.append((time.monotonic() + DELAY, number))
        now = time.monotonic()
        while due and due[0][0] <= now:
            client = clients.get(due.popleft()[1])
            if client is not None:
                client.send(ANSWER)


def accept_all(listener, poller, clients):
    while True:
        try:
            client, _ = listener.accept()
        except BlockingIOError:
            return
        clients[client.fileno()] = client
        poller.register(client.fileno(), select.EPOLLIN)


def main():
    most = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))
    listener = socket.socket()
    listener.bind(("127.0.0.1", 0))
    listener.listen(65535)
    listener.setblocking(False)
    print(listener.getsockname()[1])
    sys.stdout.flush()
    serve(listener)


if __name__ == "__main__":
    main()
