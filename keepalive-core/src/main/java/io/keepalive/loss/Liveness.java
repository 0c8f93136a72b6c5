package io.keepalive.loss;

import io.keepalive.internal.CarryingSocket;
import io.keepalive.internal.linux.ProcNetTcp;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketAddress;
import java.nio.channels.AsynchronousSocketChannel;
import java.nio.channels.NetworkChannel;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/**
 * Whether a connection works, from what the kernel knows about it already. For pools that check a connection before they
 * hand it out: nothing is sent, and the peer notices nothing.
 *
 * <pre>{@code
 * if (!Liveness.of(socket, Duration.ofSeconds(60)).isAlive()) {
 *     // ENDED, SUSPECT: open another one. UNKNOWN: ask by the protocol, with a PING or "select 1".
 * }
 * }</pre>
 *
 * <p>A kept connection answers this for free: its peer acknowledges each probe, so that it is {@link Verdict#ALIVE} within
 * any period longer than idle and interval of its policy together, and {@link Verdict#SUSPECT} soon after the path is dead.
 * An idle connection that is not kept is {@link Verdict#UNKNOWN}, unless it has ended.
 *
 * <p>An acknowledgement proves the peer's kernel, or a box that ends TCP in its place, and not its program.
 *
 * <p>Known on Linux. By {@link TcpInfo} where the JVM allows system calls. Elsewhere the kernel's list of connections shows
 * the end and unanswered probes, and never proves that a connection is alive; reading it takes some milliseconds with a
 * thousand connections.
 *
 * @param verdict what follows
 * @param evidence why, for people; for example {@code an acknowledgement came 812ms ago}
 * @since 0.1
 */
public record Liveness(Verdict verdict, String evidence) {
    /** include/net/tcp_states.h */
    private static final byte TCP_CLOSE = 7;

    private static final Duration LONGEST = Duration.ofDays(3650);

    /** What follows from the evidence. */
    public enum Verdict {
        /** The peer's kernel has sent something within the period. */
        ALIVE,
        /** Nothing came within the period, and what was sent since is not answered. */
        SUSPECT,
        /** Over: either side has closed it, the peer has reset it, or the kernel has given it up. */
        ENDED,
        /** No evidence either way: nothing came within the period and nothing is waiting, or the system does not tell. */
        UNKNOWN
    }

    public Liveness {
        Objects.requireNonNull(verdict, "verdict");
        Objects.requireNonNull(evidence, "evidence");
    }

    /** Whether the verdict is {@link Verdict#ALIVE}. */
    public boolean isAlive() {
        return verdict == Verdict.ALIVE;
    }

    /**
     * Looks at a connection; for the cost of that see {@link TcpInfo#of(Socket)}.
     *
     * @param socket any TCP socket, {@code SSLSocket} of any provider and SOCKS included
     * @param within how long ago the last sign of life may be; more than 0
     */
    public static Liveness of(Socket socket, Duration within) {
        requirePositive(within);
        if (socket.isClosed()) {
            return closedHere();
        }
        if (!socket.isConnected()) {
            return notConnected();
        }
        CarryingSocket carrying = CarryingSocket.of(socket);
        if (!carrying.whyUnproven().isEmpty()) {
            return unknown(carrying.whyUnproven());
        }
        Socket found = carrying.socket();
        return judge(TcpInfo.of(found), found.getLocalSocketAddress(), found.getRemoteSocketAddress(), within);
    }

    /**
     * Looks at a connection: see {@link #of(Socket, Duration)}.
     *
     * @param channel a {@code SocketChannel} or {@code AsynchronousSocketChannel}; others are {@link Verdict#UNKNOWN}
     * @param within how long ago the last sign of life may be; more than 0
     */
    public static Liveness of(NetworkChannel channel, Duration within) {
        requirePositive(within);
        if (!channel.isOpen()) {
            return closedHere();
        }
        try {
            SocketAddress peer = peerOf(channel);
            return peer == null ? notConnected() : judge(TcpInfo.of(channel), channel.getLocalAddress(), peer, within);
        } catch (IOException e) {
            return closedHere();
        }
    }

    private static @Nullable SocketAddress peerOf(NetworkChannel channel) throws IOException {
        if (channel instanceof SocketChannel blocking) {
            return blocking.getRemoteAddress();
        }
        return channel instanceof AsynchronousSocketChannel asynchronous ? asynchronous.getRemoteAddress() : null;
    }

    private static Liveness judge(
            Optional<TcpInfo> info, @Nullable SocketAddress local, @Nullable SocketAddress peer, Duration within) {
        return info.or(() -> listed(local, peer))
                .map(found -> of(found, within))
                .orElseGet(() -> unknown("this system has no evidence about a connection"));
    }

    /** State, retransmits and probes as the kernel lists them; {@code CLOSE} for a connection that is not listed any more. */
    private static Optional<TcpInfo> listed(@Nullable SocketAddress local, @Nullable SocketAddress peer) {
        if (!(local instanceof InetSocketAddress here) || !(peer instanceof InetSocketAddress there)) {
            return Optional.empty();
        }
        return ProcNetTcp.read().flatMap(list -> {
            Optional<byte[]> found = list.info(here, there);
            // Another peer of the same local end may be a SOCKS proxy in between: nothing can be said then.
            return found.isPresent() || list.hasConnectionFrom(here)
                    ? found.map(TcpInfo::new)
                    : Optional.of(new TcpInfo(new byte[] {TCP_CLOSE}));
        });
    }

    /**
     * Judges what was read before, or read otherwise.
     *
     * @param within how long ago the last sign of life may be; more than 0
     */
    public static Liveness of(TcpInfo info, Duration within) {
        requirePositive(within);
        return switch (info.state()) {
            case ESTABLISHED -> established(info, within);
            case CLOSE -> new Liveness(Verdict.ENDED, "the peer has reset it, or the kernel has given it up");
            case CLOSE_WAIT -> new Liveness(Verdict.ENDED, "the peer has closed it");
            case FIN_WAIT1, FIN_WAIT2, CLOSING, LAST_ACK, TIME_WAIT ->
                new Liveness(Verdict.ENDED, "this side has closed it, or shut its output");
            case SYN_SENT, SYN_RECEIVED, LISTEN -> notConnected();
            case UNKNOWN -> unknown("the kernel gave a state that is not known here");
        };
    }

    private static Liveness established(TcpInfo info, Duration within) {
        OptionalLong ack = info.lastAckReceivedMillis();
        OptionalLong data = info.lastDataReceivedMillis();
        long silence = Math.min(ack.orElse(Long.MAX_VALUE), data.orElse(Long.MAX_VALUE));
        boolean measured = silence != Long.MAX_VALUE;
        if (measured && silence <= millis(within)) {
            String what = ack.orElse(Long.MAX_VALUE) == silence ? "an acknowledgement" : "data";
            return new Liveness(Verdict.ALIVE, what + " came " + silence + "ms ago");
        }
        String since = measured ? ", and nothing came for " + silence + "ms" : "";
        if (info.retransmits() > 0) {
            return new Liveness(
                    Verdict.SUSPECT,
                    "data was retransmitted " + info.retransmits() + " times without an answer" + since);
        }
        if (info.probes() > 0) {
            return new Liveness(Verdict.SUSPECT, info.probes() + " probes are not answered" + since);
        }
        return unknown(
                measured
                        ? "nothing came for " + silence + "ms, and no probe is on its way"
                        : "connected; the system shows no more without system calls");
    }

    private static long millis(Duration within) {
        return within.compareTo(LONGEST) > 0 ? Long.MAX_VALUE : within.toMillis();
    }

    private static void requirePositive(Duration within) {
        if (within.isZero() || within.isNegative()) {
            throw new IllegalArgumentException("within: " + within + " (expected: more than 0)");
        }
    }

    private static Liveness closedHere() {
        return new Liveness(Verdict.ENDED, "this side has closed it");
    }

    private static Liveness notConnected() {
        return unknown("not connected");
    }

    private static Liveness unknown(String why) {
        return new Liveness(Verdict.UNKNOWN, why);
    }

    /** Returns, for example, {@code ALIVE: an acknowledgement came 812ms ago}. */
    @Override
    public String toString() {
        return verdict + ": " + evidence;
    }
}
