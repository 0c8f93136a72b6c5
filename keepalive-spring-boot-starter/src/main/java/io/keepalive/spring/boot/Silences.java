package io.keepalive.spring.boot;

import io.keepalive.loss.TcpInfo;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;

/**
 * The longest silence that connections to each destination are known to have survived: so long there was no data in either
 * direction, and then the peer's kernel acknowledged a probe. Read from the kernel when somebody looks; what was between
 * two looks is not known. Thread-safe.
 */
final class Silences {
    /** More than the pools of an application have; those beyond are not watched, so that a look stays short. */
    private static final int MOST_CONNECTIONS = 1000;

    private static final int MOST_DESTINATIONS = 200;

    private static final String NOT_KNOWN =
            "not known: the kernel's times can't be read (expected: Linux, and JDK 22 or"
                    + " later with --enable-native-access=ALL-UNNAMED, or Netty's epoll)";

    private final List<WatchedConnection<?>> connections = new ArrayList<>();
    private final Map<String, Long> longestMillis = new TreeMap<>();

    synchronized void watch(WatchedConnection<?> connection) {
        if (connections.size() >= MOST_CONNECTIONS) {
            connections.removeIf(each -> !each.isOpen());
        }
        if (connections.size() < MOST_CONNECTIONS) {
            connections.add(connection);
        }
    }

    /** Looks at all connections that are open now. By destination: the longest so far, or why it is not known. */
    Map<String, String> look() {
        Set<String> notKnown = new TreeSet<>();
        // Not under the lock, for which a client would wait that opens a connection.
        for (WatchedConnection<?> connection : open()) {
            String destination = connection.destination();
            if (destination != null) {
                survivedMillis(connection.info())
                        .ifPresentOrElse(millis -> survived(destination, millis), () -> notKnown.add(destination));
            }
        }
        return texts(notKnown);
    }

    private synchronized List<WatchedConnection<?>> open() {
        connections.removeIf(each -> !each.isOpen());
        return List.copyOf(connections);
    }

    private synchronized void survived(String destination, long millis) {
        if (longestMillis.containsKey(destination) || longestMillis.size() < MOST_DESTINATIONS) {
            longestMillis.merge(destination, millis, Math::max);
        }
    }

    private synchronized Map<String, String> texts(Set<String> notKnown) {
        Map<String, String> texts = new TreeMap<>();
        notKnown.forEach(destination -> texts.put(destination, NOT_KNOWN));
        longestMillis.forEach(
                (destination, millis) -> texts.put(destination, TimeUnit.MILLISECONDS.toSeconds(millis) + "s"));
        return texts;
    }

    /** How long there had been no data when the last acknowledgement came; empty if the kernel does not tell. */
    static OptionalLong survivedMillis(Optional<TcpInfo> info) {
        if (info.isEmpty()) {
            return OptionalLong.empty();
        }
        OptionalLong sent = info.get().lastDataSentMillis();
        OptionalLong received = info.get().lastDataReceivedMillis();
        OptionalLong acknowledged = info.get().lastAckReceivedMillis();
        if (sent.isEmpty() || received.isEmpty() || acknowledged.isEmpty()) {
            return OptionalLong.empty();
        }
        long silenceMillis = Math.min(sent.getAsLong(), received.getAsLong());
        return OptionalLong.of(Math.max(0, silenceMillis - acknowledged.getAsLong()));
    }
}
