package io.keepalive.agent;

import static io.keepalive.loss.Confidence.HIGH;
import static io.keepalive.loss.Confidence.LOW;

import io.keepalive.loss.Confidence;
import io.keepalive.loss.ConnectionLoss;
import io.keepalive.loss.LossCause;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The cause of a connection's end, from what its last call got and what the kernel shows of it. HIGH only where that
 * excludes the other causes. {@code docs/agent.md} has the evidence of each answer as a table.
 *
 * @param isOutputEnded whether the program had ended its output, before a FIN of the peer
 * @param isEstablished whether it is known that the connection came about
 */
record EndCause(TcpState state, Silences silences, boolean isOutputEnded, boolean isEstablished) {
    /** As in {@code keepalive watch}: a shorter stall is everyday backpressure. */
    private static final long LEAST_STALL_NANOS = 1_000_000_000L;

    /** As in {@code keepalive watch}: a shorter silence before a reset is no mark of a box that forgot the connection. */
    private static final long LEAST_IDLE_NANOS = 5_000_000_000L;

    /** A read or write failed. Empty if that does not end the connection. */
    Optional<ConnectionLoss> failed(Throwable failure) {
        if ("Broken pipe".equals(failure.getMessage())) {
            // Linux answers so after a RST that came behind the peer's FIN (tcp_reset), and after an end of the output.
            return isOutputEnded ? Optional.empty() : loss(LossCause.PEER_CLOSED, LOW, "a write failed: Broken pipe");
        }
        return ConnectionLoss.of(failure).flatMap(loss -> switch (loss.cause()) {
            case PATH_TIMEOUT -> Optional.of(timeout(loss));
            case PEER_RESET -> Optional.of(reset(loss));
            case UNKNOWN -> unknownWords(loss);
            case LOCAL_CLOSED, INTERRUPTED -> Optional.empty(); // reported when it is closed
            default -> Optional.of(loss);
        });
    }

    private ConnectionLoss timeout(ConnectionLoss loss) {
        if (state.retransmits() > 0) {
            return new ConnectionLoss(
                    LossCause.PATH_TIMEOUT,
                    loss.confidence(),
                    loss.evidence() + ", " + state.retransmits() + " retransmissions unanswered");
        }
        if (state.probes() > 0) {
            // A single one may also have been sent to a closed window, whose peer answers.
            boolean sure = state.probes() > 1 && silences.stallNanos() < LEAST_STALL_NANOS;
            return new ConnectionLoss(
                    LossCause.PATH_TIMEOUT,
                    sure ? loss.confidence() : LOW,
                    loss.evidence() + ", " + state.probes() + " probes unanswered");
        }
        return state.isClosed()
                ? new ConnectionLoss(
                        LossCause.WRITE_STALLED,
                        LOW,
                        loss.evidence() + " without an unanswered segment: the peer's window was closed")
                : new ConnectionLoss(LossCause.PATH_TIMEOUT, LOW, loss.evidence());
    }

    /** A kernel that knows the connection answers a probe: a reset instead is that of a box, or of a restarted peer. */
    private ConnectionLoss reset(ConnectionLoss loss) {
        boolean isWaiting = silences.stallNanos() >= LEAST_STALL_NANOS;
        if (state.probes() > 0 && state.retransmits() == 0 && !isWaiting) {
            return new ConnectionLoss(
                    LossCause.RESET_ON_IDLE,
                    silences.endWithReceiving() ? HIGH : LOW,
                    "RST instead of the answer to a keepalive probe after " + seconds(silences.receivedNanos())
                            + " of silence");
        }
        if (silences.gapNanos() >= LEAST_IDLE_NANOS && !isWaiting) {
            return new ConnectionLoss(
                    LossCause.RESET_ON_IDLE,
                    LOW,
                    "RST instead of an answer to what was sent after " + seconds(silences.gapNanos()) + " of silence");
        }
        return loss;
    }

    /** The error's words may be of a language that can't be looked up. */
    private Optional<ConnectionLoss> unknownWords(ConnectionLoss loss) {
        if (!state.isClosed()) {
            return Optional.empty();
        }
        boolean unanswered = state.retransmits() > 0 || state.probes() > 1;
        return loss(
                unanswered ? LossCause.PATH_TIMEOUT : LossCause.UNKNOWN,
                LOW,
                loss.evidence() + (unanswered ? ", and the path had not answered" : ""));
    }

    /** A read got the end of the stream. Empty if that is not the peer's end, or only its half. */
    Optional<ConnectionLoss> endOfStream() {
        if (isOutputEnded) {
            return endedHere();
        }
        return state.hasPeerClosedFirst()
                ? loss(LossCause.PEER_CLOSED, HIGH, "FIN received, none sent before")
                : Optional.empty(); // the program ended its input, or another call gets the reason
    }

    /** The program ends its output. Empty if the peer has not ended its own before. */
    Optional<ConnectionLoss> outputEnds() {
        return state.hasPeerClosedFirst()
                ? loss(LossCause.PEER_CLOSED, HIGH, "FIN received, none sent before")
                : Optional.empty();
    }

    /**
     * The program closes. Empty if the connection never came about, or if another call gets the reason of its end.
     *
     * @param pendingError what the next call would have got; null for none
     */
    Optional<ConnectionLoss> closed(@Nullable Throwable pendingError) {
        boolean came = isEstablished || state.probes() > 0;
        if (pendingError != null) {
            return came ? failed(pendingError).map(EndCause::late) : Optional.empty();
        }
        if (state.hasPeerClosedFirst() && !isOutputEnded) {
            return loss(LossCause.PEER_CLOSED, HIGH, "FIN received, then closed by the program");
        }
        if (state.isClosed()) {
            return isOutputEnded && came ? endedHere() : Optional.empty();
        }
        if (state.number() == TcpState.SYN_SENT) {
            return Optional.empty();
        }
        if (silences.stallNanos() >= LEAST_STALL_NANOS && state.retransmits() == 0 && state.probes() <= 1) {
            return loss(
                    LossCause.WRITE_STALLED,
                    LOW,
                    "closed by the program, a write had been waiting for " + seconds(silences.stallNanos()));
        }
        boolean unanswered = state.retransmits() > 1 || state.probes() > 1;
        return unanswered
                ? loss(LossCause.LOCAL_CLOSED, LOW, "closed by the program; the path had not answered")
                : endedHere();
    }

    private static ConnectionLoss late(ConnectionLoss loss) {
        return new ConnectionLoss(
                loss.cause(), loss.confidence(), loss.evidence() + "; noticed when the program closed it");
    }

    private static Optional<ConnectionLoss> endedHere() {
        return Optional.of(ConnectionLoss.closedHere());
    }

    private static Optional<ConnectionLoss> loss(LossCause cause, Confidence confidence, String evidence) {
        return Optional.of(new ConnectionLoss(cause, confidence, evidence));
    }

    static String seconds(long nanos) {
        return String.format(Locale.ROOT, "%.1f s", nanos / 1e9);
    }
}
