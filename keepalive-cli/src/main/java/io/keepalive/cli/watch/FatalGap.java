package io.keepalive.cli.watch;

import io.keepalive.cli.linux.TcpTimer;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/**
 * How long nothing had gone either way when the first segment was sent that was not answered, or that was answered by a
 * RST: the silence that a box did not survive. Upper bounds, exact to a kernel tick where a dump saw the timer.
 */
final class FatalGap {
    private final ConnectionHistory history;
    private final Observation end;

    FatalGap(ConnectionHistory history, Observation end) {
        this.history = history;
        this.end = end;
    }

    OptionalLong ofPathTimeout() {
        return end.sendQueueBytes() > 0 ? ofData() : ofProbe();
    }

    /** The first unanswered segment was a keepalive probe. */
    OptionalLong ofProbe() {
        Observation quiet = history.beforeProbes();
        if (quiet == null) {
            return OptionalLong.empty();
        }
        if (quiet.timer() == TcpTimer.KEEPALIVE) {
            return OptionalLong.of(quiet.idleMillis() + quiet.timerMillis());
        }
        return OptionalLong.of(Math.max(0, end.silenceMillis()));
    }

    /** The first unanswered segment carried data: how long it has been outstanding, the kernel counts as busy time. */
    OptionalLong ofData() {
        Observation first = history.firstUnanswered();
        @Nullable Observation quiet = first == null ? history.last() : history.beforeUnanswered();
        if (first == null) {
            first = end;
        }
        if (quiet == null) {
            return OptionalLong.of(
                    Math.max(0, first.silenceMillis() - first.info().lastDataSentMillis()));
        }
        long outstandingMillis = first.info().retransmits() == 0
                        && first.info().totalRetransmits() == quiet.info().totalRetransmits()
                ? first.info().lastDataSentMillis()
                : (first.info().busyMicros() - quiet.info().busyMicros()) / 1000;
        long window = first.millisSince(quiet);
        long sinceActivity = Math.min(first.silenceMillis(), quiet.idleMillis() + window);
        return OptionalLong.of(Math.max(0, sinceActivity - Math.min(outstandingMillis, window)));
    }
}
