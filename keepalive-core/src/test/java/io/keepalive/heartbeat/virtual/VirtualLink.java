package io.keepalive.heartbeat.virtual;

import java.util.ArrayDeque;
import java.util.Iterator;
import java.util.Objects;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * One direction of a connection: the sender's kernel, which takes a limited number of bytes, the path, and the room in
 * the receiver's kernel. TCP loses nothing: a lost segment is a delay for itself and for all behind it.
 */
public final class VirtualLink {
    private record Flight(Frame frame, long arrivalNanos) {}

    private final VirtualNetwork network;
    private @Nullable VirtualEndpoint sender;
    private @Nullable VirtualEndpoint receiver;

    private long latencyNanos = 1_000_000;
    private long bytesPerSecond = 1_000_000_000;
    private int sendBuffer = 1 << 20;
    private int receiveBuffer = 1 << 20;
    private LongSupplier lossDelayNanos = () -> 0;

    private final ArrayDeque<Frame> unsent = new ArrayDeque<>();
    private final ArrayDeque<Flight> flying = new ArrayDeque<>();
    private int unacknowledgedBytes;
    private int flyingBytes;
    private boolean isCut;
    private long lineFreeNanos;
    private long lastArrivalNanos;
    /** What was scheduled before a cut is void. */
    private int epoch;

    VirtualLink(VirtualNetwork network) {
        this.network = network;
    }

    void connect(VirtualEndpoint from, VirtualEndpoint to) {
        sender = from;
        receiver = to;
    }

    /** How long a bit travels. */
    public VirtualLink latencyNanos(long nanos) {
        latencyNanos = nanos;
        return this;
    }

    /** How fast bytes follow each other. */
    public VirtualLink bytesPerSecond(long rate) {
        bytesPerSecond = rate;
        return this;
    }

    /** What the sender's kernel takes, unacknowledged bytes included. */
    public VirtualLink sendBuffer(int bytes) {
        sendBuffer = bytes;
        return this;
    }

    /** What the receiver's kernel takes while the process does not read. */
    public VirtualLink receiveBuffer(int bytes) {
        receiveBuffer = bytes;
        return this;
    }

    /** Is asked for each frame how long its retransmissions take. */
    public VirtualLink lossDelayNanos(LongSupplier nanos) {
        lossDelayNanos = nanos;
        return this;
    }

    /** Nothing comes through any more; nobody is told. */
    public void cut() {
        isCut = true;
        epoch++;
        for (Iterator<Flight> last = flying.descendingIterator(); last.hasNext(); ) {
            unsent.addFirst(last.next().frame);
        }
        flying.clear();
        flyingBytes = 0;
    }

    /** What did not come through is sent again. */
    public void heal() {
        isCut = false;
        lineFreeNanos = network.nanos();
        pump();
    }

    /** Bytes that the sender's kernel holds. */
    public int unacknowledgedBytes() {
        return unacknowledgedBytes;
    }

    /** Takes a frame from the sender if there is room. */
    boolean offer(Frame frame) {
        if (unacknowledgedBytes > 0 && unacknowledgedBytes + frame.bytes() > sendBuffer) {
            return false;
        }
        unacknowledgedBytes += frame.bytes();
        unsent.add(frame);
        pump();
        return true;
    }

    /** Sends what the receiver has room for. */
    void pump() {
        boolean wasIdle = flying.isEmpty();
        VirtualEndpoint to = Objects.requireNonNull(receiver);
        for (Frame frame = unsent.peek(); frame != null && !isCut; frame = unsent.peek()) {
            int taken = flyingBytes + to.unreadBytes();
            if (taken > 0 && taken + frame.bytes() > receiveBuffer) {
                break;
            }
            unsent.remove();
            lineFreeNanos = Math.max(lineFreeNanos, network.nanos()) + frame.bytes() * 1_000_000_000L / bytesPerSecond;
            lastArrivalNanos = Math.max(lastArrivalNanos, lineFreeNanos + latencyNanos + lossDelayNanos.getAsLong());
            flying.add(new Flight(frame, lastArrivalNanos));
            flyingBytes += frame.bytes();
        }
        if (wasIdle) {
            awaitArrival();
        }
    }

    private void awaitArrival() {
        Flight first = flying.peek();
        if (first != null) {
            int scheduled = epoch;
            network.at(first.arrivalNanos, () -> {
                if (scheduled == epoch) {
                    arrive();
                }
            });
        }
    }

    private void arrive() {
        Frame frame = flying.remove().frame;
        flyingBytes -= frame.bytes();
        unacknowledgedBytes -= frame.bytes();
        awaitArrival();
        Objects.requireNonNull(receiver).arrived(frame);
        pump();
        VirtualEndpoint from = Objects.requireNonNull(sender);
        if (from.isWriting()) {
            from.pass(); // there is room again
        }
    }
}
