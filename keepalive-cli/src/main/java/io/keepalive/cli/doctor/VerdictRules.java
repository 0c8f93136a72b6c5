package io.keepalive.cli.doctor;

import io.keepalive.KeepAlive;
import io.keepalive.cli.doctor.ConnectionFacts.LocalEnd;
import io.keepalive.cli.linux.SocketOptions;
import io.keepalive.cli.linux.SystemSettings;
import io.keepalive.cli.linux.TcpInfoFields;
import io.keepalive.cli.linux.TcpSocket;
import io.keepalive.cli.linux.TcpTimer;
import java.time.Duration;
import java.util.Optional;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/** Judges a connection by what was observed of it and by the box on its path. Pure. */
final class VerdictRules {
    /** One loss is nothing: two retransmissions in a row mean some 600 ms without any answer. */
    private static final int MANY_RETRANSMITS = 2;

    /** A probe that is younger may still be answered. */
    private static final long ANSWER_MILLIS = 1000;

    /** A program that has left received data alone for so long does not read. */
    private static final long UNREAD_MILLIS = 5000;

    private VerdictRules() {}

    static Diagnosis judge(ConnectionFacts facts, PathGoal path, SystemSettings settings) {
        return switch (facts.socket().state()) {
            case ESTABLISHED -> established(facts, path, settings);
            case CLOSE_WAIT -> peerClosed(facts);
            case SYN_SENT, SYN_RECEIVED, NEW_SYN_RECEIVED -> connecting(facts);
            default -> Diagnosis.of(Verdict.CLOSING, "this side has closed");
        };
    }

    private static Diagnosis peerClosed(ConnectionFacts facts) {
        long unread = facts.socket().receiveQueueBytes();
        return Diagnosis.of(
                Verdict.PEER_CLOSED,
                "the program has not closed its side"
                        + (unread > 1 ? "; " + Words.count(unread, "byte") + " not read" : ""));
    }

    private static Diagnosis connecting(ConnectionFacts facts) {
        long retransmits = facts.retransmits();
        return Diagnosis.of(
                Verdict.CONNECTING,
                retransmits == 0 ? "no answer yet" : "no answer after " + Words.count(retransmits, "retransmission"));
    }

    private static Diagnosis established(ConnectionFacts facts, PathGoal path, SystemSettings settings) {
        Diagnosis trouble = dying(facts, settings);
        if (trouble == null) {
            trouble = stalled(facts);
        }
        if (trouble != null) {
            return trouble;
        }
        Optional<Boolean> keepAlive = facts.keepAlive();
        LocalEnd end = facts.localEnd();
        if (end != null) {
            return endsHere(end, keepAlive);
        }
        if (keepAlive.isEmpty()) {
            return Diagnosis.of(
                    Verdict.UNKNOWN,
                    "data in flight hides the keepalive timer, and the socket's options can't be read (expected: the"
                            + " same user, or CAP_SYS_PTRACE)");
        }
        return keepAlive.get() ? probed(facts, path) : silent(facts, path, "no keepalive");
    }

    /** Null if nothing hints at it. */
    private static @Nullable Diagnosis dying(ConnectionFacts facts, SystemSettings settings) {
        TcpSocket socket = facts.socket();
        SocketOptions options = facts.options();
        long probes = facts.unansweredProbes();
        if (socket.timer() == TcpTimer.KEEPALIVE && probes > 0 && isUnanswered(facts, probes)) {
            String reason = Words.count(probes, "probe") + " unanswered" + silence(facts);
            return options == null
                    ? Diagnosis.of(Verdict.DYING, reason)
                    : Diagnosis.ending(
                            Verdict.DYING,
                            reason + ", given up after " + limit(options),
                            keepAliveDeath(facts, options));
        }
        if (socket.timer() == TcpTimer.RETRANSMIT && facts.retransmits() >= MANY_RETRANSMITS) {
            String reason = Words.count(socket.sendQueueBytes(), "byte") + " unacknowledged, retransmitted "
                    + facts.retransmits() + " times" + silence(facts);
            if (options != null && options.userTimeoutMillis() > 0) {
                OptionalLong silence = facts.receiveSilenceMillis();
                return new Diagnosis(
                        Verdict.DYING,
                        reason + ", given up by its user timeout of " + Words.duration(options.userTimeoutMillis()),
                        silence.isPresent()
                                ? OptionalLong.of(Math.max(0, options.userTimeoutMillis() - silence.getAsLong()))
                                : OptionalLong.empty());
            }
            return Diagnosis.of(
                    Verdict.DYING,
                    reason + ", given up after " + settings.retries2() + " retransmissions"
                            + (settings.retries2() == SystemSettings.KERNEL_DEFAULTS.retries2() ? " (about 15m)" : ""));
        }
        return null;
    }

    /** The kernel counts a probe when it sends it, so a single one may just be on its way. */
    private static boolean isUnanswered(ConnectionFacts facts, long probes) {
        SocketOptions options = facts.options();
        if (probes > 1 || options == null) {
            return probes > 1;
        }
        long sinceProbe = options.intervalSeconds() * 1000L - facts.socket().timerMillis();
        return sinceProbe >= ANSWER_MILLIS;
    }

    private static String limit(SocketOptions options) {
        return options.userTimeoutMillis() > 0
                ? Words.duration(options.userTimeoutMillis()) + " (user timeout)"
                : Integer.toString(options.count());
    }

    /**
     * At each tick the kernel gives up if enough probes were sent, or with a user timeout if the silence has reached it
     * (tcp_keepalive_timer in net/ipv4/tcp_timer.c).
     */
    private static long keepAliveDeath(ConnectionFacts facts, SocketOptions options) {
        long nextTick = facts.socket().timerMillis();
        long interval = options.intervalSeconds() * 1000L;
        if (options.userTimeoutMillis() > 0) {
            long atNextTick = facts.receiveSilenceMillis().orElse(0) + nextTick;
            long missing = Math.max(0, options.userTimeoutMillis() - atNextTick);
            return nextTick + (missing + interval - 1) / interval * interval;
        }
        return nextTick + Math.max(0, options.count() - facts.unansweredProbes()) * interval;
    }

    /** Null if nothing hints at it. */
    private static @Nullable Diagnosis stalled(ConnectionFacts facts) {
        TcpSocket socket = facts.socket();
        if (socket.timer() == TcpTimer.ZERO_WINDOW_PROBE) {
            return Diagnosis.of(
                    Verdict.STALLED,
                    "the peer does not read; " + Words.count(socket.sendQueueBytes(), "byte") + " wait"
                            + (facts.unansweredProbes() > 1
                                    ? ", " + facts.unansweredProbes() + " window probes unanswered" + silence(facts)
                                    : ""));
        }
        TcpInfoFields info = socket.info();
        if (socket.receiveQueueBytes() > 0 && info != null && info.lastDataReceivedMillis() >= UNREAD_MILLIS) {
            return Diagnosis.of(
                    Verdict.STALLED,
                    "the program does not read; " + Words.count(socket.receiveQueueBytes(), "byte") + " wait since "
                            + Words.duration(info.lastDataReceivedMillis()));
        }
        return null;
    }

    private static Diagnosis endsHere(LocalEnd end, Optional<Boolean> keepAlive) {
        StringBuilder reason = new StringBuilder(end.isRedirected() ? "redirected to " : "ends on this machine");
        if (end.owner() != null) {
            reason.append(end.isRedirected() ? "" : " at ")
                    .append(end.owner().program())
                    .append(" (")
                    .append(end.owner().pid())
                    .append(')');
        } else if (end.isRedirected()) {
            reason.append("a process of this machine");
        }
        if (end.onwardConnections() > 0) {
            reason.append(", which has ")
                    .append(Words.count(end.onwardConnections(), "connection"))
                    .append(" of its own to look at");
        }
        boolean isProxied = end.isRedirected() || end.onwardConnections() > 0;
        boolean isKept = keepAlive.orElse(false);
        return Diagnosis.of(
                isKept || (isProxied && keepAlive.isEmpty()) ? Verdict.KEPT_TO_LOCAL_PROXY : Verdict.LOCAL,
                reason.toString());
    }

    /** With a keepalive timer. */
    private static Diagnosis probed(ConnectionFacts facts, PathGoal path) {
        if (!path.countsProbes()) {
            return silent(facts, path, "the box does not count probes, so keepalive does not help");
        }
        SocketOptions options = facts.options();
        if (path.idleTimeout() == null) {
            return Diagnosis.of(
                    Verdict.KEPT,
                    options == null ? "a keepalive timer runs" : "first probe after " + seconds(options.idleSeconds()));
        }
        if (options != null) {
            String reason = "first probe after " + seconds(options.idleSeconds());
            return outlives(Duration.ofSeconds(options.idleSeconds()), path.idleTimeout())
                    ? Diagnosis.of(Verdict.KEPT, reason)
                    : silent(facts, path, reason);
        }
        return probedByTimerAlone(facts, path.idleTimeout(), path);
    }

    /**
     * Without the options the idle time is at least the silence so far and what the timer has left: when it fires after a
     * later segment, it starts again with the rest.
     */
    private static Diagnosis probedByTimerAlone(ConnectionFacts facts, Duration idleTimeout, PathGoal path) {
        long left = facts.socket().timerMillis();
        long atLeast = left + facts.receiveSilenceMillis().orElse(0);
        String reason = "first probe in " + Words.duration(left);
        return outlives(Duration.ofMillis(atLeast), idleTimeout)
                ? Diagnosis.of(Verdict.KEPT, reason + ", by its timer")
                : silent(facts, path, reason);
    }

    private static boolean outlives(Duration idle, Duration idleTimeout) {
        return KeepAlive.builder()
                .idle(idle.isZero() ? Duration.ofSeconds(1) : idle)
                .build()
                .outlives(idleTimeout);
    }

    /** Nothing is sent before the box forgets the connection. */
    private static Diagnosis silent(ConnectionFacts facts, PathGoal path, String reason) {
        Duration idleTimeout = path.idleTimeout();
        OptionalLong silence = facts.pathSilenceMillis();
        if (idleTimeout == null) {
            return Diagnosis.of(Verdict.NOT_KEPT, reason);
        }
        if (silence.isEmpty()) {
            return Diagnosis.of(
                    Verdict.WILL_BE_DROPPED,
                    reason + "; after " + Words.duration(idleTimeout.toMillis()) + " of silence");
        }
        long left = idleTimeout.toMillis() - silence.getAsLong();
        return Diagnosis.ending(
                Verdict.WILL_BE_DROPPED,
                reason
                        + (left > 0
                                ? ""
                                : "; silent for " + Words.duration(silence.getAsLong())
                                        + ", such a box has forgotten it"),
                left);
    }

    private static String silence(ConnectionFacts facts) {
        OptionalLong silence = facts.receiveSilenceMillis();
        return silence.isEmpty() ? "" : ", nothing heard for " + Words.duration(silence.getAsLong());
    }

    private static String seconds(int seconds) {
        return Words.duration(seconds * 1000L) + " of silence";
    }
}
