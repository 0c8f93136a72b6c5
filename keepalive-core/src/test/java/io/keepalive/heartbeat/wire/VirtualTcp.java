package io.keepalive.heartbeat.wire;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Random;

/**
 * One direction of a TCP connection, as far as an end can lose bytes: segments under way, a buffer of the receiver's kernel,
 * FIN, and RST, which makes the kernel drop what its process has not read.
 */
final class VirtualTcp {
    private static final int CAPACITY = 400;

    private enum Kind {
        DATA,
        FIN,
        RST
    }

    @SuppressWarnings("ArrayRecordComponent") // never compared
    private record Segment(Kind kind, byte[] bytes) {}

    private final Deque<Segment> underWay = new ArrayDeque<>();
    private final Deque<Byte> received = new ArrayDeque<>();
    private int waiting;
    private boolean finReceived;
    private boolean resetReceived;
    private boolean isReaderGone;

    /** The kernel takes as much as it has room for. */
    int send(byte[] bytes, int offset, int length) {
        int count = Math.min(length, CAPACITY - waiting - received.size());
        if (count <= 0) {
            return 0;
        }
        byte[] taken = new byte[count];
        System.arraycopy(bytes, offset, taken, 0, count);
        underWay.add(new Segment(Kind.DATA, taken));
        waiting += count;
        return count;
    }

    void fin() {
        underWay.add(new Segment(Kind.FIN, new byte[0]));
    }

    /** Behind what is under way already. */
    void answerWithReset() {
        underWay.add(new Segment(Kind.RST, new byte[0]));
    }

    /** By SO_LINGER 0: what has not arrived is dropped. */
    void reset() {
        underWay.clear();
        waiting = 0;
        answerWithReset();
    }

    /** The reader's process has closed its socket. */
    void readerIsGone() {
        isReaderGone = true;
    }

    /**
     * The next segment arrives.
     *
     * @param back the other direction
     */
    void deliver(VirtualTcp back) {
        Segment segment = underWay.poll();
        if (segment == null) {
            return;
        }
        waiting -= segment.bytes.length;
        switch (segment.kind) {
            case DATA -> {
                if (isReaderGone) {
                    back.answerWithReset();
                } else {
                    for (byte each : segment.bytes) {
                        received.add(each);
                    }
                }
            }
            case FIN -> finReceived = true;
            case RST -> {
                received.clear();
                resetReceived = true;
            }
        }
    }

    boolean isIdle() {
        return underWay.isEmpty();
    }

    boolean isReset() {
        return resetReceived;
    }

    boolean isAtEnd() {
        return finReceived && received.isEmpty();
    }

    boolean hasUnread() {
        return !received.isEmpty();
    }

    byte[] read(Random random) {
        byte[] bytes = new byte[received.isEmpty() ? 0 : 1 + random.nextInt(received.size())];
        for (int i = 0; i < bytes.length; i++) {
            bytes[i] = received.remove();
        }
        return bytes;
    }
}
