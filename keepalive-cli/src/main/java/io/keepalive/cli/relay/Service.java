package io.keepalive.cli.relay;

import io.keepalive.cli.relay.io.Relay;
import io.keepalive.cli.relay.io.Route;
import io.keepalive.cli.relay.report.Log;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/** A running relay: reloads on SIGHUP, drains on SIGTERM and SIGINT. */
final class Service {
    private static final int DRAINED = 0;
    private static final int CUT = 3;
    private static final long DRAIN_POLL_MILLIS = 100;

    private final Relay relay;
    private final Log log;
    private final Duration drainLimit;
    private final Routes routes;
    private final BlockingQueue<Event> events = new LinkedBlockingQueue<>();

    private enum Event {
        RELOAD,
        STOP
    }

    /** Reads the routes again. */
    @FunctionalInterface
    interface Routes {
        Set<Route> read() throws IOException;
    }

    Service(Relay relay, Log log, Duration drainLimit, Routes routes) {
        this.relay = relay;
        this.log = log;
        this.drainLimit = drainLimit;
        this.routes = routes;
    }

    /** Takes signals from now on; {@link #run} acts on them. */
    void handleSignals() {
        Signals.on("HUP", () -> events.add(Event.RELOAD));
        Signals.on("INT", () -> events.add(Event.STOP));
        if (!Signals.on("TERM", () -> events.add(Event.STOP))) {
            stopInShutdownHook();
        }
    }

    /** Returns the exit code after a signal. */
    int run() throws InterruptedException {
        while (true) {
            if (events.take() == Event.STOP) {
                return drain();
            }
            reload();
        }
    }

    /** Where signals can't be handled the JVM still runs its hooks; its exit code is then its own. */
    private void stopInShutdownHook() {
        Thread main = Thread.currentThread(); // the one that calls run
        Runtime.getRuntime().addShutdownHook(new Thread(() -> {
            events.add(Event.STOP);
            try {
                main.join(drainLimit.toMillis() + 1000);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }));
    }

    private void reload() {
        try {
            List<Route> bound = relay.listen(routes.read());
            log.notice("reloaded: " + bound.size() + (bound.size() == 1 ? " pair" : " pairs"));
        } catch (IOException e) {
            log.notice("not reloaded, the old pairs stay: " + e.getMessage());
        }
    }

    private int drain() throws InterruptedException {
        relay.stopListening();
        log.notice("stopping: " + relay.open() + " connections may go on for " + drainLimit.toSeconds() + " s");
        long deadline = System.nanoTime() + drainLimit.toNanos();
        while (relay.open() > 0 && System.nanoTime() - deadline < 0) {
            if (events.poll(DRAIN_POLL_MILLIS, TimeUnit.MILLISECONDS) == Event.STOP) {
                break;
            }
        }
        int left = relay.open();
        if (left > 0) {
            log.notice("resetting " + left + " connections");
        }
        return left == 0 ? DRAINED : CUT;
    }
}
