package io.keepalive.heartbeat.wire;

import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.EnumMap;
import java.util.Map;

/**
 * The entries of a HELLO.
 *
 * <pre>
 *  +----------+------------+-------------------------------------+
 *  | type (1) | length (1) |  value: an unsigned number (4)      |
 *  +----------+------------+-------------------------------------+
 * </pre>
 *
 * <p>The entries that version 1 knows all have a value of four bytes; one that it does not know has any length.
 */
enum HelloEntry {
    /** Required: no default is valid. */
    VERSION(1, 0, 1, Integer.MAX_VALUE, false),
    CAN_SEND(2, 0, 1000, Integer.MAX_VALUE, true),
    WANTS(3, 0, 1000, Integer.MAX_VALUE, true),
    GIVES_UP(4, 0, 1000, Integer.MAX_VALUE, true),
    PATH(5, 0, 2000, Integer.MAX_VALUE, true),
    LARGEST_FRAME(6, Hello.DEFAULT_LARGEST_FRAME, FrameHeader.SMALL_FRAME_BYTES, FrameHeader.LARGEST_LENGTH, false);

    /** An entry of version 1: type, length, value. */
    static final int BYTES = 6;

    private static final HelloEntry[] ENTRIES = values();

    private final int code;
    private final int whenAbsent;
    private final int least;
    private final int greatest;
    private final boolean zeroIsNone;

    HelloEntry(int code, int whenAbsent, int least, int greatest, boolean zeroIsNone) {
        this.code = code;
        this.whenAbsent = whenAbsent;
        this.least = least;
        this.greatest = greatest;
        this.zeroIsNone = zeroIsNone;
    }

    int code() {
        return code;
    }

    boolean takes(long value) {
        return (value >= least && value <= greatest) || (zeroIsNone && value == 0);
    }

    String expectation() {
        return (zeroIsNone ? "0 or " : "") + least + " to " + greatest;
    }

    void check(String name, Duration value) {
        // In seconds first: a very long duration has no number of milliseconds.
        if (value.toSeconds() > greatest || value.toNanos() % 1_000_000 != 0 || !takes(value.toMillis())) {
            throw new IllegalArgumentException(
                    name + ": " + value + " (expected: whole milliseconds, " + expectation() + ")");
        }
    }

    void write(ByteBuffer out, Duration value) {
        write(out, (int) value.toMillis());
    }

    void write(ByteBuffer out, int value) {
        out.put((byte) code).put((byte) Integer.BYTES).putInt(FrameHeader.bigEndian(out, value));
    }

    /** This entry among those read, or its default. */
    int valueIn(Map<HelloEntry, Integer> entries) {
        return entries.getOrDefault(this, whenAbsent);
    }

    Duration durationIn(Map<HelloEntry, Integer> entries) {
        return Duration.ofMillis(valueIn(entries));
    }

    /** Reads all entries that are there. */
    static Map<HelloEntry, Integer> read(ByteBuffer payload) throws ProtocolException {
        int start = payload.position();
        Map<HelloEntry, Integer> entries = new EnumMap<>(HelloEntry.class);
        while (payload.hasRemaining()) {
            // A HELLO is the first frame, so what precedes its payload is one header.
            long offset = (long) FrameHeader.BYTES + payload.position() - start;
            int code = payload.get() & 0xFF;
            int length = payload.hasRemaining() ? payload.get() & 0xFF : Integer.MAX_VALUE;
            if (length > payload.remaining()) {
                throw invalid(offset, "HELLO entry " + code + " is cut off", "type, length, and as many bytes");
            }
            if (code < 1 || code > ENTRIES.length) {
                payload.position(payload.position() + length);
                continue;
            }
            HelloEntry entry = ENTRIES[code - 1];
            if (length != Integer.BYTES) {
                throw invalid(offset, "HELLO entry " + entry + " of " + length + " bytes", "4 bytes");
            }
            long value = FrameHeader.bigEndian(payload, payload.getInt()) & 0xFFFF_FFFFL;
            if (!entry.takes(value)) {
                throw invalid(offset, "HELLO entry " + entry + " " + value, entry.expectation());
            }
            if (entries.put(entry, (int) value) != null) {
                throw invalid(offset, "a second HELLO entry " + entry, "each at most once");
            }
        }
        if (!entries.containsKey(VERSION)) {
            throw invalid(FrameHeader.BYTES, "a HELLO without entry VERSION", "exactly one");
        }
        return entries;
    }

    private static ProtocolException invalid(long offset, String came, String expected) {
        return new ProtocolException(CloseReason.HELLO_INVALID, offset, came, expected);
    }
}
