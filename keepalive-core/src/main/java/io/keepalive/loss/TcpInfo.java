package io.keepalive.loss;

import io.keepalive.internal.CarryingSocket;
import io.keepalive.internal.JdkSockets;
import io.keepalive.internal.linux.LinuxSockets;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.NetworkChannel;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/**
 * What the kernel knows about a connection at one moment: Linux's {@code TCP_INFO}. Immutable and thread-safe.
 *
 * <p>It tells a dead connection from a slow one, which an exception can't:
 *
 * <ul>
 *   <li>dead path, nothing on its way: {@link #probes()} counts up, {@link #lastAckReceivedMillis()} grows;
 *   <li>dead path, data on its way: {@link #retransmits()} and {@link #backoff()} count up, {@link #unackedSegments()} is
 *       not 0;
 *   <li>a peer that does not read: {@link #notSentBytes()} is large, {@link #receiveWindowLimitedMicros()} grows,
 *       {@link #probes()} returns to 0 and {@link #lastAckReceivedMillis()} stays small;
 *   <li>after an end of stream: {@link State#CLOSE_WAIT} if the peer closed, {@link State#CLOSE} if the connection is
 *       dead and another thread was told why.
 * </ul>
 *
 * <p>What this kernel's structure does not have yet is empty. Where the system calls go through {@code sun.nio.ch} (JDK
 * 17 to 21), only state, retransmits and probes are there.
 *
 * @see <a href="https://github.com/torvalds/linux/blob/master/include/uapi/linux/tcp.h">struct tcp_info in linux/tcp.h</a>
 * @since 0.1
 */
public final class TcpInfo {
    /** The states of a connection, in the kernel's order (include/net/tcp_states.h). */
    public enum State {
        /** A state that this library does not know. */
        UNKNOWN,
        /** Data can flow both ways. */
        ESTABLISHED,
        /** Connecting. */
        SYN_SENT,
        /** Being accepted. */
        SYN_RECEIVED,
        /** This side has closed, the peer has not acknowledged that. */
        FIN_WAIT1,
        /** This side has closed, the peer has not. */
        FIN_WAIT2,
        /** Closed by both sides. */
        TIME_WAIT,
        /** Not connected: never, or no longer, after a time-out or a reset. */
        CLOSE,
        /** The peer has closed, this side has not. */
        CLOSE_WAIT,
        /** The peer has closed, then this side, and the peer has not acknowledged that. */
        LAST_ACK,
        /** A listener. */
        LISTEN,
        /** Both sides have closed at once. */
        CLOSING;

        private static final State[] BY_NUMBER = values();

        /** The state that the kernel gives this number. */
        public static State of(int number) {
            return number < BY_NUMBER.length ? BY_NUMBER[number] : UNKNOWN;
        }
    }

    private final ByteBuffer bytes;

    /** Takes over what the kernel returned: possibly less than we know of, possibly more. */
    public TcpInfo(byte[] bytes) {
        this.bytes = ByteBuffer.wrap(bytes).order(ByteOrder.nativeOrder());
    }

    /**
     * Looks at a connection. The connection does not notice; a socket that is not connected, or dead, is told from
     * others by flipping its {@code SO_REUSEADDR} for a moment. The first look at a socket has to find its descriptor:
     * some microseconds if it was opened just now, about one per open descriptor (some 20 ms for 20,000) if not.
     *
     * @param socket any TCP socket, {@code SSLSocket} of any provider and SOCKS included
     * @return empty on systems other than Linux, on closed sockets, and where this JVM allows no system calls; the
     *     advice on the user timeout in a {@code KeepAliveReport} names the flag that allows them
     */
    public static Optional<TcpInfo> of(Socket socket) {
        CarryingSocket carrying = CarryingSocket.of(Objects.requireNonNull(socket, "socket"));
        return carrying.whyUnproven().isEmpty()
                ? LinuxSockets.SYSTEM.info(JdkSockets.SOCKET, carrying.socket()).map(TcpInfo::new)
                : Optional.empty();
    }

    /**
     * Looks at a connection: see {@link #of(Socket)}.
     *
     * @param channel a {@code SocketChannel} or {@code AsynchronousSocketChannel}
     * @return as there; empty also for listeners and for what is not TCP
     */
    public static Optional<TcpInfo> of(NetworkChannel channel) {
        return LinuxSockets.SYSTEM
                .info(JdkSockets.CHANNEL, Objects.requireNonNull(channel, "channel"))
                .map(TcpInfo::new);
    }

    /**
     * The state of the connection.
     *
     * @return never null
     */
    public State state() {
        return State.of(unsignedByte(0).orElse(0));
    }

    /**
     * How often in a row the oldest data was retransmitted because nothing came back.
     *
     * @return 0 or more
     */
    public int retransmits() {
        return unsignedByte(2).orElse(0);
    }

    /**
     * Unanswered probes: keepalive's on an idle connection, or those that ask whether the peer's window is open again.
     *
     * @return 0 or more
     */
    public int probes() {
        return unsignedByte(3).orElse(0);
    }

    /**
     * How often in a row a timer was doubled for want of an answer.
     *
     * @return 0 or more
     */
    public OptionalInt backoff() {
        return unsignedByte(4);
    }

    /**
     * After how long without an acknowledgement data is retransmitted.
     *
     * @return microseconds
     */
    public OptionalLong retransmissionTimeoutMicros() {
        return unsignedInt(8);
    }

    /**
     * Segments sent and not acknowledged.
     *
     * @return 0 or more
     */
    public OptionalLong unackedSegments() {
        return unsignedInt(24);
    }

    /**
     * Segments that are taken for lost.
     *
     * @return 0 or more
     */
    public OptionalLong lostSegments() {
        return unsignedInt(32);
    }

    /**
     * Since data was last sent.
     *
     * @return milliseconds
     */
    public OptionalLong lastDataSentMillis() {
        return unsignedInt(44);
    }

    /**
     * Since data was last received.
     *
     * @return milliseconds
     */
    public OptionalLong lastDataReceivedMillis() {
        return unsignedInt(52);
    }

    /**
     * Since an acknowledgement was last received, which answers to keepalive probes are too: the peer's kernel was
     * reachable then.
     *
     * @return milliseconds
     */
    public OptionalLong lastAckReceivedMillis() {
        return unsignedInt(56);
    }

    /**
     * The smoothed round-trip time.
     *
     * @return microseconds
     */
    public OptionalLong rttMicros() {
        return unsignedInt(68);
    }

    /**
     * How much the round-trip time varies: its smoothed mean deviation.
     *
     * @return microseconds
     */
    public OptionalLong rttVariationMicros() {
        return unsignedInt(72);
    }

    /**
     * Segments retransmitted since the connection was made.
     *
     * @return 0 or more
     */
    public OptionalLong totalRetransmits() {
        return unsignedInt(100);
    }

    /**
     * Bytes that the peer acknowledged. Linux 4.1.
     *
     * @return 0 or more
     */
    public OptionalLong ackedBytes() {
        return signedLong(120);
    }

    /**
     * Bytes received. Linux 4.1.
     *
     * @return 0 or more
     */
    public OptionalLong receivedBytes() {
        return signedLong(128);
    }

    /**
     * Segments sent since the connection was made, those without data included. Linux 4.2.
     *
     * @return 0 or more; wraps after 2^32
     */
    public OptionalLong segmentsSent() {
        return unsignedInt(136);
    }

    /**
     * Segments received since the connection was made, those without data and those out of the window included: a change
     * proves that the peer, or a box in its place, sent something. Linux 4.2.
     *
     * @return 0 or more; wraps after 2^32
     */
    public OptionalLong segmentsReceived() {
        return unsignedInt(140);
    }

    /**
     * Bytes in the send buffer that were never sent. Linux 4.6.
     *
     * @return 0 or more
     */
    public OptionalLong notSentBytes() {
        return unsignedInt(144);
    }

    /**
     * The least round-trip time seen lately. Linux 4.6.
     *
     * @return microseconds
     */
    public OptionalLong minRttMicros() {
        return unsignedInt(148);
    }

    /**
     * How long in sum there was data to send. Linux 4.10.
     *
     * @return microseconds
     */
    public OptionalLong busyMicros() {
        return signedLong(168);
    }

    /**
     * How long in sum sending waited for the peer to read: its receive window was full. Linux 4.10.
     *
     * @return microseconds
     */
    public OptionalLong receiveWindowLimitedMicros() {
        return signedLong(176);
    }

    private OptionalInt unsignedByte(int offset) {
        return has(offset, Byte.BYTES) ? OptionalInt.of(Byte.toUnsignedInt(bytes.get(offset))) : OptionalInt.empty();
    }

    private OptionalLong unsignedInt(int offset) {
        return has(offset, Integer.BYTES)
                ? OptionalLong.of(Integer.toUnsignedLong(bytes.getInt(offset)))
                : OptionalLong.empty();
    }

    private OptionalLong signedLong(int offset) {
        return has(offset, Long.BYTES) ? OptionalLong.of(bytes.getLong(offset)) : OptionalLong.empty();
    }

    private boolean has(int offset, int length) {
        return offset + length <= bytes.limit();
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof TcpInfo that && bytes.equals(that.bytes);
    }

    @Override
    public int hashCode() {
        return bytes.hashCode();
    }

    /**
     * The fields that tell most, for logs.
     *
     * @return for example {@code TcpInfo[ESTABLISHED, retransmits 0, probes 2, unacked 0, not sent 0, last ack 3100ms]}
     */
    @Override
    public String toString() {
        StringBuilder text = new StringBuilder("TcpInfo[" + state());
        text.append(", retransmits ").append(retransmits()).append(", probes ").append(probes());
        unackedSegments().ifPresent(value -> text.append(", unacked ").append(value));
        notSentBytes().ifPresent(value -> text.append(", not sent ").append(value));
        lastAckReceivedMillis()
                .ifPresent(value -> text.append(", last ack ").append(value).append("ms"));
        return text.append(']').toString();
    }
}
