"""The peers of scripts/watch-deaths: one port for each way to end a connection."""
import socket
import struct
import sys
import threading
import time

ECHO_PORTS = (7001, 7002, 7003, 7004, 7008)
CLOSE_PORT, RESET_PORT, DEAF_PORT = 7005, 7006, 7007


def echo(connection):
    """Echoes until the end; a vanished client is found by keepalive."""
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1)
    connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_KEEPIDLE, 60)
    while True:
        data = connection.recv(4096)
        if not data:
            break
        connection.sendall(data)
    connection.close()


def end_after(reset):
    def serve(connection):
        connection.sendall(connection.recv(4096))
        time.sleep(3)
        if reset:
            connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        connection.close()

    return serve


def deaf(connection):
    """Reads nothing more: its window closes."""
    connection.sendall(connection.recv(1))
    time.sleep(3600)


def serve_quietly(serve, connection):
    try:
        serve(connection)
    except OSError:
        connection.close()


def accept(listener, serve):
    while True:
        connection, _ = listener.accept()
        threading.Thread(target=serve_quietly, args=(serve, connection), daemon=True).start()


def listen(port, serve):
    listener = socket.socket(socket.AF_INET6)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    listener.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 0)
    if port == DEAF_PORT:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 8192)
    listener.bind(("::", port))
    listener.listen(4096)
    threading.Thread(target=accept, args=(listener, serve), daemon=True).start()


threading.stack_size(128 * 1024)
for echo_port in ECHO_PORTS:
    listen(echo_port, echo)
listen(CLOSE_PORT, end_after(reset=False))
listen(RESET_PORT, end_after(reset=True))
listen(DEAF_PORT, deaf)
print("ready", flush=True)
sys.stdin.read()
