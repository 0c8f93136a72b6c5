package io.keepalive.cli.watch;

import static io.keepalive.loss.Confidence.HIGH;
import static io.keepalive.loss.Confidence.LOW;

import io.keepalive.cli.linux.TcpState;
import io.keepalive.cli.watch.DestroyEvent.Aftermath;
import io.keepalive.cli.watch.SegmentEvidence.Answer;
import io.keepalive.loss.Confidence;
import io.keepalive.loss.LossCause;
import java.util.Locale;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/**
 * The cause of a death, from what dumps and the notification recorded. HIGH only where that excludes every other cause.
 *
 * <p>The order of the questions: did it ever connect; which side sent the first FIN; did the program abort it; did a RST
 * arrive; did the kernel give up, and on what. {@code docs/watch.md} has the evidence of each answer as a table.
 */
final class DeathCause {
    /** A shorter silence before a reset is no mark of a box that forgot the connection. */
    static final long LEAST_IDLE_MILLIS = 5_000;

    /** A shorter stall is everyday backpressure. */
    private static final long LEAST_STALL_MILLIS = 1_000;

    private static final long NANOS_PER_MILLI = 1_000_000;

    private final ConnectionHistory history;
    private final DestroyEvent ending;
    private final Observation end;
    private final @Nullable Observation before;
    private final SegmentEvidence segments;
    private final OptionalLong vanished;

    private DeathCause(ConnectionHistory history, DestroyEvent ending) {
        this.history = history;
        this.ending = ending;
        this.end = ending.observation();
        this.before = history.last();
        this.segments = new SegmentEvidence(history, ending);
        this.vanished = history.vanishedBefore(end.atNanos());
    }

    /** Decides for a socket that was destroyed. */
    static Verdict of(ConnectionHistory history, DestroyEvent ending) {
        return new DeathCause(history, ending).decide();
    }

    /** Decides for a connection that is dead, but whose program has not let go of it yet. */
    static Verdict ofVanished(ConnectionHistory history) {
        Observation last = history.last();
        if (last == null) {
            return new Verdict(LossCause.UNKNOWN, LOW, "never seen", 0, OptionalLong.empty());
        }
        String evidence = "the kernel dropped the connection, its program still holds the socket";
        if (last.looksDead()) {
            return new Verdict(
                    LossCause.PATH_TIMEOUT,
                    LOW,
                    evidence + "; before, nothing was answered for " + seconds(last.silenceMillis()),
                    last.silenceMillis(),
                    new FatalGap(history, last).ofPathTimeout());
        }
        return new Verdict(LossCause.UNKNOWN, LOW, evidence, last.silenceMillis(), OptionalLong.empty());
    }

    private Verdict decide() {
        if (before == null ? end.info().segmentsIn() == 0 && !ending.isDisconnected() : !history.wasConnected()) {
            return unconnected();
        }
        TcpState closing = history.firstClosingState();
        if (closing != null) {
            return closing == TcpState.CLOSE_WAIT || closing == TcpState.LAST_ACK
                    ? peerClosed(HIGH, "FIN received; a dump showed " + closing.text())
                    : closedHere("a dump showed " + closing.text());
        }
        if (ending.aftermath() == Aftermath.CLOSED_FIRST) {
            return closedHere("this side sent the first FIN and is in TIME-WAIT");
        }
        if (ending.isDisconnected()) {
            return aborted();
        }
        Answer peerFin = segments.peerFin();
        if (segments.isOwnFinAcked()) {
            return peerFin == Answer.NO ? closedHere("FIN acknowledged, none received") : closedByBoth(peerFin);
        }
        if (peerFin == Answer.YES) {
            return peerClosed(
                    end.receiveQueueBytes() == 0 || vanished.isPresent() ? HIGH : LOW,
                    "FIN received, none of this side acknowledged");
        }
        return abrupt();
    }

    private Verdict unconnected() {
        String evidence = "SYN sent " + (1 + end.info().retransmits()) + " times, no answer";
        return verdict(LossCause.CONNECT_TIMEOUT, LOW, evidence, OptionalLong.empty());
    }

    private Verdict closedByBoth(Answer peerFin) {
        boolean isSure = ending.aftermath() == Aftermath.NOTHING
                && (peerFin == Answer.YES || (end.receiveQueueBytes() == 0 && segments.hasBareSegmentsBesidesAck()));
        return peerClosed(
                isSure ? HIGH : LOW,
                ending.aftermath() == Aftermath.NOTHING
                        ? "FIN received and answered; no TIME-WAIT here, so it was the first"
                        : "both sides sent FIN");
    }

    private Verdict peerClosed(Confidence confidence, String evidence) {
        return verdict(LossCause.PEER_CLOSED, confidence, evidence, OptionalLong.empty());
    }

    /** The program closed first; it may have had a reason to. */
    private Verdict closedHere(String evidence) {
        Observation open = history.firstClosingState() == null ? before : history.beforeClosing();
        Observation atClose = open == null ? end : open;
        if (atClose.hasZeroWindow() && stallMillis(atClose) >= LEAST_STALL_MILLIS) {
            return verdict(
                    LossCause.WRITE_STALLED,
                    LOW,
                    "the program closed with " + atClose.sendQueueBytes()
                            + " B unsent, the peer's window was closed for " + seconds(stallMillis(atClose)),
                    OptionalLong.empty());
        }
        if (atClose.looksDead()) {
            return verdict(
                    LossCause.LOCAL_CLOSED,
                    LOW,
                    evidence + "; the path had not answered for " + seconds(atClose.silenceMillis()),
                    OptionalLong.empty());
        }
        return verdict(LossCause.LOCAL_CLOSED, HIGH, evidence, OptionalLong.empty());
    }

    /** Addresses and counters are erased, also where the connection had died before. */
    private Verdict aborted() {
        String evidence = "the program aborted the connection (SO_LINGER 0)";
        if (before == null) {
            return verdict(LossCause.LOCAL_CLOSED, LOW, evidence, OptionalLong.empty());
        }
        boolean hadDied = vanished.isPresent();
        if (before.looksDead()) {
            return hadDied
                    ? verdict(
                            LossCause.PATH_TIMEOUT,
                            LOW,
                            "unanswered for " + seconds(before.silenceMillis()) + " when last seen; then " + evidence,
                            new FatalGap(history, before).ofPathTimeout())
                    : closedHere(evidence);
        }
        if (before.hasZeroWindow()) {
            return closedHere(evidence);
        }
        return hadDied
                ? verdict(LossCause.PEER_RESET, LOW, "dead before " + evidence, OptionalLong.empty())
                : verdict(LossCause.LOCAL_CLOSED, LOW, evidence, OptionalLong.empty());
    }

    /** No FIN went through. */
    private Verdict abrupt() {
        boolean hadDied = vanished.isPresent();
        if (segments.hasReset()) {
            return reset();
        }
        // A close with unread data resets; without, it sends a FIN.
        boolean canBeOwnReset = end.receiveQueueBytes() > 0 && !hadDied && segments.bareSegmentsOut() > 0;
        if (end.hasZeroWindow()) {
            return stalled(canBeOwnReset);
        }
        if (end.sendQueueBytes() > 0 && segments.isOwnFinQueued()) {
            return verdict(
                    LossCause.LOCAL_CLOSED,
                    LOW,
                    "the program closed with unacknowledged data, " + seconds(end.silenceMillis())
                            + " after the last answer",
                    OptionalLong.empty());
        }
        if (end.info().retransmits() > 0 && end.sendQueueBytes() > 0) {
            return verdict(
                    LossCause.PATH_TIMEOUT,
                    canBeOwnReset ? LOW : HIGH,
                    "user timeout or tcp_retries2: " + end.sendQueueBytes() + " B unanswered, "
                            + end.info().retransmits() + " retransmissions, last ACK "
                            + seconds(silenceAtDeath()) + " before",
                    new FatalGap(history, end).ofPathTimeout());
        }
        if (end.info().probes() > 0 && end.sendQueueBytes() == 0) {
            return verdict(
                    LossCause.PATH_TIMEOUT,
                    (end.receiveQueueBytes() > 0 && !hadDied) || !segments.isDeaf() ? LOW : HIGH,
                    "keepalive: " + end.info().probes() + " probes unanswered, last ACK " + seconds(silenceAtDeath())
                            + " before",
                    new FatalGap(history, end).ofPathTimeout());
        }
        if (canBeOwnReset) {
            return verdict(
                    LossCause.LOCAL_CLOSED,
                    segments.isDeaf() ? HIGH : LOW,
                    "the program closed with " + end.receiveQueueBytes() + " B unread, which resets",
                    OptionalLong.empty());
        }
        return verdict(
                LossCause.PEER_RESET,
                LOW,
                segments.hasDump() ? "neither FIN nor a timeout" : "no FIN; ended before a dump saw it",
                OptionalLong.empty());
    }

    private Verdict stalled(boolean canBeOwnReset) {
        long stallMillis = stallMillis(end);
        if (end.info().probes() > 1) {
            return verdict(
                    LossCause.PATH_TIMEOUT,
                    LOW,
                    "user timeout: the peer's window was closed for " + seconds(stallMillis) + ", the last "
                            + end.info().probes() + " probes unanswered",
                    OptionalLong.empty());
        }
        return verdict(
                LossCause.WRITE_STALLED,
                canBeOwnReset || stallMillis < LEAST_STALL_MILLIS ? LOW : HIGH,
                "the peer's window was closed for " + seconds(stallMillis) + " while it answered; "
                        + end.sendQueueBytes() + " B unsent",
                OptionalLong.empty());
    }

    private Verdict reset() {
        if (end.sendQueueBytes() == 0 && end.info().probes() > 0) {
            OptionalLong gap = new FatalGap(history, end).ofProbe();
            return verdict(
                    LossCause.RESET_ON_IDLE,
                    HIGH,
                    "RST instead of the answer to a keepalive probe after " + seconds(gap.orElse(0)) + " of silence",
                    gap);
        }
        boolean isAnswerToData = end.sendQueueBytes() > 0
                && !end.hasZeroWindow()
                && (segments.hasSentData() || history.firstUnanswered() != null);
        if (isAnswerToData) {
            OptionalLong gap = new FatalGap(history, end).ofData();
            if (gap.orElse(0) >= LEAST_IDLE_MILLIS) {
                return verdict(
                        LossCause.RESET_ON_IDLE,
                        LOW,
                        "RST instead of an ACK for " + end.sendQueueBytes() + " B sent after " + seconds(gap.orElse(0))
                                + " of silence",
                        gap);
            }
            if (segments.isOwnFinQueued()) {
                return verdict(
                        LossCause.LOCAL_CLOSED, LOW, "closed by the program, then RST received", OptionalLong.empty());
            }
        }
        boolean canBeOwnReset = end.receiveQueueBytes() > 0 && vanished.isEmpty() && segments.bareSegmentsOut() > 0;
        return verdict(
                LossCause.PEER_RESET,
                canBeOwnReset || segments.peerFin() != Answer.NO ? LOW : HIGH,
                "RST received, no FIN"
                        + (end.sendQueueBytes() > 0 ? "; " + end.sendQueueBytes() + " B unanswered" : ""),
                OptionalLong.empty());
    }

    /** How long the window had been closed at some time. */
    private long stallMillis(Observation at) {
        Observation start = history.zeroWindowStart();
        long seen = start == null ? 0 : Math.max(0, at.millisSince(start));
        return Math.max(seen, Math.min(at.info().lastDataSentMillis(), at.info().receiveWindowLimitedMicros() / 1000));
    }

    /** A program that lets go late makes the notification late; the dumps bound the death. */
    private long silenceAtDeath() {
        long silence = end.silenceMillis();
        if (vanished.isPresent() && before != null) {
            long lateMillis = (end.atNanos() - vanished.getAsLong()) / NANOS_PER_MILLI
                    + (vanished.getAsLong() - before.atNanos()) / NANOS_PER_MILLI / 2;
            silence = Math.max(before.silenceMillis(), silence - lateMillis);
        }
        return silence;
    }

    /** Without what the end itself brought: a FIN and its acknowledgement are no sign of life before. */
    private long silenceBeforeEnd() {
        if (before != null
                && (ending.isDisconnected()
                        || end.info().dataSegmentsIn() == before.info().dataSegmentsIn())) {
            Observation open = history.firstClosingState() != null && history.beforeClosing() != null
                    ? history.beforeClosing()
                    : before;
            return before.equals(open) ? before.silenceMillis() + end.millisSince(before) : open.silenceMillis();
        }
        if (ending.isDisconnected()) {
            return 0;
        }
        return end.info().dataSegmentsIn() > 0 ? end.info().lastDataReceivedMillis() : end.idleMillis();
    }

    private Verdict verdict(LossCause cause, Confidence confidence, String evidence, OptionalLong fatalGapMillis) {
        boolean isByFin = cause == LossCause.PEER_CLOSED || cause == LossCause.LOCAL_CLOSED || ending.isDisconnected();
        long silence = isByFin ? silenceBeforeEnd() : silenceAtDeath();
        String late = vanished.isPresent() ? "; the program let go of the socket later" : "";
        return new Verdict(cause, confidence, evidence + late, silence, fatalGapMillis);
    }

    static String seconds(long millis) {
        return String.format(Locale.ROOT, "%.1f s", millis / 1000.0);
    }
}
