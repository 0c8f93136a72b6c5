package io.keepalive.heartbeat;

import java.util.List;
import java.util.Objects;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;

/**
 * The {@link HeartbeatObserver}s of this JVM. Thread-safe.
 *
 * @since 0.1
 */
public final class HeartbeatObservers {
    private static final List<HeartbeatObserver> OBSERVERS = new CopyOnWriteArrayList<>();

    private HeartbeatObservers() {}

    /** Adds an observer of all heartbeats, those that exist already included. */
    public static void add(HeartbeatObserver observer) {
        OBSERVERS.add(Objects.requireNonNull(observer, "observer"));
    }

    /** Removes an observer; does nothing if it was not added. */
    public static void remove(HeartbeatObserver observer) {
        OBSERVERS.remove(observer);
    }

    static void roundTrip(long rttNanos) {
        if (!OBSERVERS.isEmpty()) {
            notifyAll(observer -> observer.onRoundTrip(rttNanos));
        }
    }

    static void pongMissed() {
        if (!OBSERVERS.isEmpty()) {
            notifyAll(HeartbeatObserver::onPongMissed);
        }
    }

    static void peerUnresponsive() {
        if (!OBSERVERS.isEmpty()) {
            notifyAll(HeartbeatObserver::onPeerUnresponsive);
        }
    }

    static void localPause(long lateNanos) {
        if (!OBSERVERS.isEmpty()) {
            notifyAll(observer -> observer.onLocalPause(lateNanos));
        }
    }

    private static void notifyAll(Consumer<HeartbeatObserver> notification) {
        for (HeartbeatObserver observer : OBSERVERS) {
            try {
                notification.accept(observer);
            } catch (RuntimeException e) {
                // A broken meter must not cost a connection.
            }
        }
    }
}
