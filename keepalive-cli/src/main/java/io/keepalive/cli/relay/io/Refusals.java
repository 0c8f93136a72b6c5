package io.keepalive.cli.relay.io;

import io.keepalive.cli.relay.report.Counters;
import io.keepalive.cli.relay.report.Counters.Refusal;
import io.keepalive.cli.relay.report.Log;
import java.nio.channels.SocketChannel;
import java.util.EnumMap;
import java.util.Map;
import java.util.Objects;

/**
 * Resets connections that are not relayed and counts them. A refusal is logged once, and again with its number every ten
 * seconds while it goes on. Confined to one thread.
 */
final class Refusals {
    private static final long NOTICE_NANOS = 10_000_000_000L;

    private final Counters counters;
    private final Log log;
    private final Map<Refusal, Notices> notices = new EnumMap<>(Refusal.class);

    /** How often a refusal happened since it was last logged. */
    private static final class Notices {
        long since;
        long lastNanos = System.nanoTime() - NOTICE_NANOS;
    }

    Refusals(Counters counters, Log log) {
        this.counters = counters;
        this.log = log;
        for (Refusal refusal : Refusal.values()) {
            notices.put(refusal, new Notices());
        }
    }

    /** Resets an accepted connection. */
    void refuse(SocketChannel channel, Refusal why, String message) {
        Leg.reset(channel);
        counters.refused(why);
        notice(why, message);
    }

    /** A connection was refused, or waits where it can't be accepted. */
    void notice(Refusal why, String message) {
        Notices count = Objects.requireNonNull(notices.get(why));
        count.since++;
        long now = System.nanoTime();
        if (now - count.lastNanos >= NOTICE_NANOS) {
            log.notice("refused " + count.since + (count.since == 1 ? " connection: " : " connections: ") + message);
            count.since = 0;
            count.lastNanos = now;
        }
    }

    /** Whether {@link #tick} has something to log, now or later. */
    boolean isPending() {
        for (Notices count : notices.values()) {
            if (count.since > 0) {
                return true;
            }
        }
        return false;
    }

    /** Logs what was refused since the last line. */
    void tick(long now) {
        notices.forEach((why, count) -> {
            if (count.since > 0 && now - count.lastNanos >= NOTICE_NANOS) {
                log.notice("refused " + count.since + " more connections (" + why + ")");
                count.since = 0;
                count.lastNanos = now;
            }
        });
    }
}
