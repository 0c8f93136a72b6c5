"""The heartbeat protocol, version 1, written from docs/heartbeat-protocol.md alone: bytes only, no sockets, no clock.

It exists to prove that the specification is enough, and to be read beside it. Python 3.8 or newer, no packages.
"""

import struct

HELLO, DATA, BEAT, PING, PONG, END, CLOSE = range(1, 8)
NAMES = {HELLO: "HELLO", DATA: "DATA", BEAT: "BEAT", PING: "PING", PONG: "PONG", END: "END", CLOSE: "CLOSE"}
FIXED = {BEAT: 0, PING: 8, PONG: 8, END: 0, CLOSE: 2}

REASONS = (
    "NORMAL GOING_AWAY HELLO_EXPECTED HELLO_TIMEOUT HELLO_INVALID HELLO_REPEATED VERSION_UNSUPPORTED INTERVAL_CONFLICT "
    "FRAME_TOO_LONG FRAME_LENGTH UNKNOWN_TYPE AFTER_END TOO_MANY_PINGS PEER_SILENT INTERNAL_ERROR"
).split()

SMALL = 512
HEADER = 4
GREATEST = 2**31 - 1

# number of the entry: name, value if absent, least, greatest, whether 0 is valid as well
ENTRIES = {
    1: ("version", None, 1, GREATEST, False),
    2: ("canSendMillis", 0, 1000, GREATEST, True),
    3: ("wantsMillis", 0, 1000, GREATEST, True),
    4: ("givesUpMillis", 0, 1000, GREATEST, True),
    5: ("pathMillis", 0, 2000, GREATEST, True),
    6: ("largestFrame", 65536, 512, 2**24 - 1, False),
}


class ProtocolError(Exception):
    """The peer broke the protocol. Carries the reason to close with and where it happened."""

    def __init__(self, reason, offset, text):
        super().__init__("%s at byte %d: %s" % (reason, offset, text))
        self.reason = reason
        self.code = REASONS.index(reason)
        self.offset = offset


def frame(kind, payload=b""):
    return struct.pack(">I", kind << 24 | len(payload)) + payload


def encode_hello(hello):
    return b"".join(struct.pack(">BBI", number, 4, hello[entry[0]]) for number, entry in ENTRIES.items())


def decode_hello(payload):
    hello = {}
    at = 0
    while at < len(payload):
        offset = HEADER + at
        number = payload[at]
        if at + 2 > len(payload) or at + 2 + payload[at + 1] > len(payload):
            raise ProtocolError("HELLO_INVALID", offset, "entry %d is cut off" % number)
        value = payload[at + 2 : at + 2 + payload[at + 1]]
        at += 2 + len(value)
        if number not in ENTRIES:
            continue
        name, _, least, greatest, zero = ENTRIES[number]
        if len(value) != 4:
            raise ProtocolError("HELLO_INVALID", offset, "%s of %d bytes" % (name, len(value)))
        (amount,) = struct.unpack(">I", value)
        if not least <= amount <= greatest and not (zero and amount == 0):
            raise ProtocolError("HELLO_INVALID", offset, "%s is %d" % (name, amount))
        if name in hello:
            raise ProtocolError("HELLO_INVALID", offset, "%s comes twice" % name)
        hello[name] = amount
    if "version" not in hello:
        raise ProtocolError("HELLO_INVALID", HEADER, "no version")
    return {name: hello.get(name, absent) for name, absent, *_ in ENTRIES.values()}


def agree(one, other):
    """What two HELLOs agree on: the version, and how often each of the two must send (0: need not)."""
    known = [hello["pathMillis"] for hello in (one, other) if hello["pathMillis"]]
    ceiling = min(known) // 2 if known else None

    def interval(sender, receiver):
        can, wants = sender["canSendMillis"], receiver["wantsMillis"]
        if not can or not wants:
            return 0
        if ceiling is None:
            return max(can, wants)
        if can > ceiling:
            raise ProtocolError("INTERVAL_CONFLICT", 0, "%d ms is too slow for a box" % can)
        return min(max(can, wants), ceiling)

    sends, hears = interval(one, other), interval(other, one)
    if ceiling is not None and not sends and not hears:
        raise ProtocolError("INTERVAL_CONFLICT", 0, "nobody beats, and a box forgets")
    return {"version": min(one["version"], other["version"]), "oneSendsMillis": sends, "otherSendsMillis": hears}


class Receiver:
    """Turns received bytes into frames. `mine` is the HELLO that this side has sent."""

    def __init__(self, mine):
        self.mine = mine
        self.hello = None  # the peer's
        self.ended = False
        self.closed = False
        self._bytes = b""
        self._offset = 0  # in the stream, of the first byte in _bytes

    def feed(self, received):
        """Yields (kind, payload); for HELLO the payload is a dict. Raises ProtocolError."""
        self._bytes += received
        while len(self._bytes) >= HEADER and not self.closed:
            (header,) = struct.unpack(">I", self._bytes[:HEADER])
            kind, length = header >> 24, header & 0xFFFFFF
            self._check(kind, length)
            if len(self._bytes) < HEADER + length:
                return
            payload = self._bytes[HEADER : HEADER + length]
            if kind == HELLO:
                hello = decode_hello(payload)
                agree(self.mine, hello)
                self.hello = payload = hello
            self.ended = self.ended or kind == END
            self.closed = kind == CLOSE
            self._bytes = self._bytes[HEADER + length :]
            self._offset += HEADER + length
            if kind < 0x80:
                yield kind, payload

    def _check(self, kind, length):
        def fail(reason):
            raise ProtocolError(reason, self._offset, "frame of type %d with %d bytes" % (kind, length))

        if self.hello is None and kind != HELLO:
            fail("HELLO_EXPECTED")
        if kind not in NAMES and kind < 0x80:
            fail("UNKNOWN_TYPE")
        if kind == HELLO and length > SMALL:
            fail("FRAME_TOO_LONG")
        if (kind == DATA or kind >= 0x80) and length > self.mine["largestFrame"]:
            fail("FRAME_TOO_LONG")
        if kind in FIXED and length != FIXED[kind] or kind == DATA and length == 0:
            fail("FRAME_LENGTH")
        if kind == HELLO and self.hello is not None:
            fail("HELLO_REPEATED")
        if self.ended and kind in (DATA, END):
            fail("AFTER_END")
