package io.keepalive.cli.doctor;

import io.keepalive.cli.linux.SocketOptions;
import io.keepalive.cli.linux.SocketOwners.Owner;
import io.keepalive.cli.linux.TcpInfoFields;
import io.keepalive.cli.linux.TcpSocket;
import io.keepalive.cli.linux.TcpTimer;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/**
 * What was observed of a socket at one moment.
 *
 * @param owners the processes that hold it; empty if it has none or they can't be looked into
 * @param options null if they can't be read, which takes the right to trace the process
 * @param localEnd null if the connection does not end on this machine
 */
record ConnectionFacts(
        TcpSocket socket,
        List<Owner> owners,
        @Nullable SocketOptions options,
        @Nullable LocalEnd localEnd) {

    /**
     * The socket of this machine at which a connection ends.
     *
     * @param owner null if unknown
     * @param isRedirected whether the connection was meant for another address
     * @param onwardConnections how many connections beyond this machine the owner has: a proxy has some
     */
    record LocalEnd(@Nullable Owner owner, boolean isRedirected, int onwardConnections) {}

    Optional<Owner> owner() {
        return owners.stream().findFirst();
    }

    /** SO_KEEPALIVE: by the options, otherwise by the timer; empty where another timer hides it. */
    Optional<Boolean> keepAlive() {
        if (options != null) {
            return Optional.of(options.keepAlive());
        }
        if (socket.hasKeepAliveTimer()) {
            return Optional.of(true);
        }
        return switch (socket.state()) {
            case ESTABLISHED, CLOSE_WAIT -> socket.timer() == TcpTimer.OFF ? Optional.of(false) : Optional.empty();
            default -> Optional.empty();
        };
    }

    /** Since the peer's kernel last gave a sign of life. */
    OptionalLong receiveSilenceMillis() {
        TcpInfoFields info = socket.info();
        return info == null ? OptionalLong.empty() : OptionalLong.of(info.silenceMillis());
    }

    /** Since a box on the way last saw a segment, as far as the kernel counts: data either way, or an acknowledgement. */
    OptionalLong pathSilenceMillis() {
        TcpInfoFields info = socket.info();
        return info == null
                ? OptionalLong.empty()
                : OptionalLong.of(Math.min(info.silenceMillis(), info.lastDataSentMillis()));
    }

    /** Unanswered probes, of keepalive or of a closed window. */
    long unansweredProbes() {
        TcpInfoFields info = socket.info();
        if (info != null) {
            return info.probes();
        }
        return socket.timer() == TcpTimer.KEEPALIVE || socket.timer() == TcpTimer.ZERO_WINDOW_PROBE
                ? socket.timerCount()
                : 0;
    }

    long retransmits() {
        TcpInfoFields info = socket.info();
        if (info != null) {
            return info.retransmits();
        }
        return socket.timer() == TcpTimer.RETRANSMIT ? socket.timerCount() : 0;
    }
}
