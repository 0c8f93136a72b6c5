package io.keepalive.netty;

import io.keepalive.socket.KeepAliveReport;
import io.netty.channel.Channel;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Logs reports: failures as warnings, but one of a kind only, since what fails on one channel mostly fails on all of
 * them, and a server accepts thousands. Thread-safe.
 */
final class ReportLog {
    private final Logger logger;

    /** Bounded: combinations of a few options, values, outcomes and kinds of channel. */
    private final Set<String> warned = ConcurrentHashMap.newKeySet();

    ReportLog() {
        this(LoggerFactory.getLogger(ChannelKeeper.class));
    }

    ReportLog(Logger logger) {
        this.logger = logger;
    }

    void accept(Channel channel, KeepAliveReport report) {
        if (report.isComplete()) {
            logger.debug("{}: {}", channel, report);
        } else if (warned.add(kind(channel, report))) {
            logger.warn("{}: not kept as asked for: {} (logged at debug level when it comes again)", channel, report);
        } else {
            logger.debug("{}: not kept as asked for: {}", channel, report);
        }
    }

    void warnOnce(String text) {
        if (warned.add(text)) {
            logger.warn("{} (logged once)", text);
        }
    }

    private static String kind(Channel channel, KeepAliveReport report) {
        return report.entries().stream()
                .filter(entry -> entry.outcome().isFailure())
                .map(entry -> entry.option() + " " + entry.outcome())
                .collect(Collectors.joining(", ", channel.getClass().getName() + " ", ""));
    }
}
