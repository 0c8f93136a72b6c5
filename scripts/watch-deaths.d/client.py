"""client.py KIND HOST COUNT: connections that die in one way. Prints KIND LOCALPORT for each; ends with the last."""
import random
import select
import socket
import sys
import threading
import time

PORTS = {
    "cut-idle": 7001,
    "cut-data": 7002,
    "nat-silent": 7003,
    "nat-silent-probed": 7003,
    "nat-survivor": 7003,
    "reset-survivor": 7004,
    "nat-reset": 7004,
    "nat-reset-probed": 7004,
    "proxy-fin": 7005,
    "peer-rst": 7006,
    "zero-window": 7007,
    "own-close": 7008,
}
TCP_USER_TIMEOUT = 18


def probe(connection, idle):
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1)
    connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_KEEPIDLE, idle)
    connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_KEEPINTVL, 1)
    connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_KEEPCNT, 3)


def user_timeout(connection, millis):
    connection.setsockopt(socket.IPPROTO_TCP, TCP_USER_TIMEOUT, millis)


def exchange(connection):
    connection.sendall(b"ping")
    while connection.recv(4096) == b"":
        raise OSError("closed")


def die(kind, connection):
    if kind == "cut-idle":
        probe(connection, 2)
        exchange(connection)
        connection.recv(1)
    elif kind == "cut-data":
        user_timeout(connection, 3000)
        while True:
            exchange(connection)
            time.sleep(0.5)
    elif kind in ("nat-silent", "nat-reset"):
        user_timeout(connection, 3000)
        exchange(connection)
        time.sleep(random.choice((8, 9, 11)))
        connection.sendall(b"late")
        connection.recv(1)
    elif kind in ("nat-silent-probed", "nat-reset-probed"):
        probe(connection, random.choice((8, 9, 11)))
        exchange(connection)
        connection.recv(1)
    elif kind in ("nat-survivor", "reset-survivor"):
        for gap in (2, 4, 6):
            exchange(connection)
            time.sleep(gap)
        exchange(connection)
    elif kind in ("proxy-fin", "peer-rst"):
        connection.sendall(b"ping")
        while connection.recv(4096):
            pass
    elif kind == "zero-window":
        user_timeout(connection, 4000)
        while True:
            connection.sendall(b"x" * 65536)
    elif kind == "own-close":
        exchange(connection)
        time.sleep(random.uniform(0, 4))


def run(kind, host):
    time.sleep(random.uniform(0, 2))
    connection = socket.create_connection((host, PORTS[kind]))
    with lock:
        print(kind, connection.getsockname()[1], flush=True)
    try:
        die(kind, connection)
    except OSError:
        pass
    connection.close()


lock = threading.Lock()
threading.stack_size(128 * 1024)
threads = [threading.Thread(target=run, args=(sys.argv[1], sys.argv[2])) for _ in range(int(sys.argv[3]))]
for thread in threads:
    thread.start()
for thread in threads:
    thread.join()
