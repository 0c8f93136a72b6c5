#!/usr/bin/env python3
"""A peer over sockets, to try another implementation with.

    peer.py --vectors DIR           runs the test vectors
    peer.py --talk PORT             connects to an echo peer, says everything once, checks the answers
    peer.py --attack PORT DIR       connects to it with each wrong stream of the vectors, checks the reason of the close
    peer.py --serve                 is the echo peer itself: prints its port, serves until its standard input ends

The echo peer sends DATA back as it comes, answers PING with PONG and END with END, closes when the other side does, and
closes with the reason where the other side breaks the protocol. --hello-timeout SECONDS changes the 10 s that it waits for a HELLO.
"""

import argparse
import json
import os
import socket
import struct
import sys
import threading
import time

import heartbeat as hb

MINE = {
    "version": 1,
    "canSendMillis": 30000,
    "wantsMillis": 30000,
    "givesUpMillis": 0,
    "pathMillis": 0,
    "largestFrame": 65536,
}
PATIENCE = 20  # seconds, for a busy machine


def read_json(directory, name):
    with open(os.path.join(directory, name), encoding="utf-8") as file:
        return json.load(file)


def check(found, expected, what):
    if found != expected:
        raise AssertionError("%s: found %r, expected %r" % (what, found, expected))


# ---------------------------------------------------------------------------------------------------------- vectors


def told(kind, payload):
    """A frame as the vectors write it."""
    if kind == hb.HELLO:
        return dict(type="HELLO", **payload)
    if kind == hb.DATA:
        return {"type": "DATA", "payload": payload.hex()}
    if kind in (hb.PING, hb.PONG):
        return {"type": hb.NAMES[kind], "id": payload.hex()}
    if kind == hb.CLOSE:
        return {"type": "CLOSE", "code": struct.unpack(">H", payload)[0]}
    return {"type": hb.NAMES[kind]}


def encoded(frame):
    kind = {name: kind for kind, name in hb.NAMES.items()}[frame["type"]]
    if kind == hb.HELLO:
        return hb.frame(kind, hb.encode_hello(frame))
    if kind == hb.CLOSE:
        return hb.frame(kind, struct.pack(">H", frame["code"]))
    return hb.frame(kind, bytes.fromhex(frame.get("payload", frame.get("id", ""))))


def attempt(action):
    """The result, and the error as the vectors write it."""
    try:
        return action(), None
    except hb.ProtocolError as e:
        return None, {"reason": e.reason, "code": e.code, "offset": e.offset}


def run_stream(vector, pieces):
    receiver = hb.Receiver(vector.get("receiver", MINE))
    frames = []

    def run():
        for piece in pieces:
            frames.extend(told(*frame) for frame in receiver.feed(piece))

    # A generator gives frames before it fails, and extend() keeps them.
    _, error = attempt(run)
    return frames, error


def vectors(directory):
    count = 0
    for vector in read_json(directory, "streams.json"):
        count += 1
        stream = bytes.fromhex(vector["bytes"])
        expected = (vector["frames"], vector.get("error"))
        check(run_stream(vector, [stream]), expected, vector["name"])
        check(run_stream(vector, [stream[i : i + 1] for i in range(len(stream))]), expected, vector["name"])
        if vector.get("canonical"):
            check(b"".join(map(encoded, vector["frames"])).hex(), vector["bytes"], vector["name"])
    for vector in read_json(directory, "hellos.json"):
        count += 1
        payload = bytes.fromhex(vector["payload"])
        hello, error = attempt(lambda: hb.decode_hello(payload))
        check((hello, error), (vector.get("hello"), vector.get("error")), vector["name"])
        if vector.get("canonical"):
            check(hb.encode_hello(hello), payload, vector["name"])
    for vector in read_json(directory, "agreements.json"):
        count += 1
        agreed, error = attempt(lambda: hb.agree(vector["one"], vector["other"]))
        check((agreed, error), (vector.get("agreement"), vector.get("error")), vector["name"])
    print("%d vectors passed" % count)


# ---------------------------------------------------------------------------------------------------------- sockets


class Connection:
    """Frames over a blocking socket."""

    def __init__(self, sock):
        self.sock = sock
        self.sock.settimeout(PATIENCE)
        self.receiver = hb.Receiver(MINE)
        self.waiting = []

    def send(self, kind, payload=b""):
        self.sock.sendall(hb.frame(kind, payload))

    def send_hello(self):
        self.send(hb.HELLO, hb.encode_hello(MINE))

    def receive(self):
        """The next frame, or None at the end of the stream."""
        while not self.waiting:
            received = self.sock.recv(65536)
            if not received:
                return None
            self.waiting.extend(self.receiver.feed(received))
        return self.waiting.pop(0)

    def expect(self, kind, payload=None):
        frame = self.receive()
        if frame is None or frame[0] != kind or payload is not None and frame[1] != payload:
            raise AssertionError("came: %r, expected: %s %r" % (frame, hb.NAMES[kind], payload))
        return frame[1]

    def expect_data(self, expected):
        received = b""
        while len(received) < len(expected):
            received += self.expect(hb.DATA)
        check(received, expected, "DATA")

    def expect_fin(self):
        check(self.receive(), None, "end of stream")


def connect(port):
    return socket.create_connection(("127.0.0.1", port), timeout=PATIENCE)


def talk(port):
    with connect(port) as sock:
        peer = Connection(sock)
        peer.send_hello()
        peer.send(hb.DATA, b"x" * hb.SMALL)  # small, for the peer's HELLO is not here yet
        largest = peer.expect(hb.HELLO)["largestFrame"]
        peer.expect_data(b"x" * hb.SMALL)
        bulk = bytes(i * i % 251 for i in range(largest))
        peer.send(hb.DATA, bulk)
        peer.expect_data(bulk)
        peer.send(hb.BEAT)
        peer.send(hb.PONG, b"unasked.")
        peer.send(0x80, b"a later version's")
        peer.send(hb.PING, b"\x00\xff\x80\x7f1234")
        peer.expect(hb.PONG, b"\x00\xff\x80\x7f1234")
        for byte in hb.frame(hb.PING, b"by bytes") + hb.frame(hb.DATA, b"slow"):
            sock.sendall(bytes([byte]))
            time.sleep(0.002)
        peer.expect(hb.PONG, b"by bytes")
        peer.expect_data(b"slow")
        peer.send(hb.END)
        peer.send(hb.BEAT)
        peer.send(hb.PING, b"afterEND")  # no answer is owed after both ENDs, but an echo peer keeps its output open
        peer.expect(hb.END)
        peer.expect(hb.PONG, b"afterEND")
        sock.shutdown(socket.SHUT_WR)  # both ENDs are there
        peer.expect_fin()
    with connect(port) as sock:
        peer = Connection(sock)
        peer.send_hello()
        peer.expect(hb.HELLO)
        peer.send(hb.CLOSE, struct.pack(">H", hb.REASONS.index("GOING_AWAY")))
        peer.expect_fin()
    print("talked")


def closed_with(peer):
    """The code of the CLOSE that comes in the end."""
    while True:
        frame = peer.receive()
        if frame is None:
            raise AssertionError("the stream ended without CLOSE")
        if frame[0] == hb.CLOSE:
            return struct.unpack(">H", frame[1])[0]


def attack(port, directory):
    count = 0
    for vector in read_json(directory, "streams.json"):
        if "error" not in vector or "receiver" in vector:
            continue
        for drip in (False, True):
            count += 1
            with connect(port) as sock:
                peer = Connection(sock)
                stream = bytes.fromhex(vector["bytes"])
                if drip:
                    sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
                for piece in [stream[i : i + 1] for i in range(len(stream))] if drip else [stream]:
                    sock.sendall(piece)
                check(closed_with(peer), vector["error"]["code"], vector["name"])
                peer.expect_fin()
    for silence in (b"", hb.frame(hb.HELLO, hb.encode_hello(MINE))[:-1]):
        count += 1
        with connect(port) as sock:
            peer = Connection(sock)
            sock.sendall(silence)
            check(hb.REASONS[closed_with(peer)], "HELLO_TIMEOUT", "no HELLO")
    print("%d attacks were closed with the right reason" % count)


def echo(sock, hello_timeout):
    peer = Connection(sock)
    deadline = time.monotonic() + hello_timeout
    try:
        peer.send_hello()
        while True:
            if peer.receiver.hello is None:
                sock.settimeout(max(0.001, deadline - time.monotonic()))
            frame = peer.receive()
            sock.settimeout(PATIENCE)
            if frame is None or frame[0] == hb.CLOSE:
                break
            kind, payload = frame
            if kind == hb.DATA:
                peer.send(hb.DATA, payload)
            elif kind == hb.PING:
                peer.send(hb.PONG, payload)
            elif kind == hb.END:
                peer.send(hb.END)
    except hb.ProtocolError as e:
        linger(peer, e.code)
    except socket.timeout:
        linger(peer, hb.REASONS.index("HELLO_TIMEOUT" if peer.receiver.hello is None else "PEER_SILENT"))
    finally:
        sock.close()


def linger(peer, code):
    """Closes with a reason that no reset overtakes."""
    peer.send(hb.CLOSE, struct.pack(">H", code))
    peer.sock.shutdown(socket.SHUT_WR)
    peer.sock.settimeout(1)
    try:
        while peer.sock.recv(65536):
            pass
    except OSError:
        pass


def quietly(sock, hello_timeout):
    try:
        echo(sock, hello_timeout)
    except OSError:
        pass  # the other side has gone


def serve(hello_timeout):
    listener = socket.create_server(("127.0.0.1", 0))

    def accept():
        while True:
            sock, _ = listener.accept()
            threading.Thread(target=quietly, args=(sock, hello_timeout), daemon=True).start()

    threading.Thread(target=accept, daemon=True).start()
    print(listener.getsockname()[1], flush=True)
    sys.stdin.read()


def main():
    parser = argparse.ArgumentParser(description="A peer of the heartbeat protocol, to try another one with.")
    what = parser.add_mutually_exclusive_group(required=True)
    what.add_argument("--vectors", metavar="DIR")
    what.add_argument("--talk", metavar="PORT", type=int)
    what.add_argument("--attack", nargs=2, metavar=("PORT", "DIR"))
    what.add_argument("--serve", action="store_true")
    parser.add_argument("--hello-timeout", metavar="SECONDS", type=float, default=10)
    options = parser.parse_args()
    if options.vectors:
        vectors(options.vectors)
    elif options.talk:
        talk(options.talk)
    elif options.attack:
        attack(int(options.attack[0]), options.attack[1])
    else:
        serve(options.hello_timeout)


if __name__ == "__main__":
    main()
