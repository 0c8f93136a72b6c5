package io.keepalive.cli.relay.io;

import io.keepalive.cli.relay.report.Counters;
import io.keepalive.cli.relay.report.Log;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/** Carries TCP connections from listening ports to targets. Thread-safe. */
public final class Relay implements AutoCloseable {
    private static final long JOIN_MILLIS = 2000;

    private final RelaySettings settings;
    private final Counters counters;
    private final List<Loop> loops = new ArrayList<>();
    private final List<Thread> threads = new ArrayList<>();
    private final Acceptor acceptor;
    private final Resolver resolver = new Resolver();

    /** No thread without a TLS handshake. */
    private final ExecutorService handshakes =
            Executors.newFixedThreadPool(Runtime.getRuntime().availableProcessors(), task -> {
                Thread thread = new Thread(task, "relay-tls");
                thread.setDaemon(true);
                return thread;
            });

    private final Map<Route, Listener> listeners = new LinkedHashMap<>();

    /** A relay that carries nothing yet. */
    public Relay(RelaySettings settings, Counters counters, Log log) throws IOException {
        this.settings = settings;
        this.counters = counters;
        for (int i = 0; i < settings.threads(); i++) {
            loops.add(new Loop(settings, counters, log, resolver, handshakes));
        }
        acceptor = new Acceptor(settings, counters, log, loops);
        loops.get(0).accept(acceptor);
        for (Loop loop : loops) {
            threads.add(new Thread(loop, "relay-loop-" + threads.size()));
        }
        threads.forEach(thread -> {
            thread.setDaemon(true);
            thread.start();
        });
    }

    /**
     * Listens on these routes and no others. Connections of a removed route go on. All or nothing: if a port can't be
     * bound, nothing changes.
     *
     * @return the routes with the ports that they listen on
     * @throws IOException naming the port that can't be bound
     */
    public synchronized List<Route> listen(Set<Route> routes) throws IOException {
        Map<Route, Listener> added = new LinkedHashMap<>();
        Map<Route, Listener> moved = new LinkedHashMap<>();
        try {
            for (Route route : routes) {
                if (listeners.containsKey(route)) {
                    continue;
                }
                Listener sameAddress = at(route);
                if (sameAddress != null) {
                    moved.put(route, new Listener(route, sameAddress.channel(), sameAddress.policyIsInherited()));
                } else {
                    added.put(route, Listener.bind(route, settings.clientPolicy()));
                }
            }
        } catch (IOException e) {
            added.values().forEach(acceptor::remove);
            throw e;
        }
        List<Listener> gone = new ArrayList<>();
        listeners.entrySet().removeIf(entry -> {
            boolean stays = routes.contains(entry.getKey());
            boolean reused = moved.values().stream()
                    .anyMatch(listener -> listener.channel() == entry.getValue().channel());
            if (!stays && !reused) {
                gone.add(entry.getValue());
            }
            return !stays;
        });
        gone.forEach(acceptor::remove);
        listeners.putAll(moved);
        listeners.putAll(added);
        moved.values().forEach(acceptor::add); // registering again replaces the attachment
        added.values().forEach(acceptor::add);
        return routes();
    }

    /** A listener whose address stays and whose target changes: it is not closed in between. */
    private @org.jspecify.annotations.Nullable Listener at(Route route) {
        for (Map.Entry<Route, Listener> entry : listeners.entrySet()) {
            if (entry.getKey().listen().equals(route.listen()) && route.listen().port() != 0) {
                return entry.getValue();
            }
        }
        return null;
    }

    private List<Route> routes() throws IOException {
        List<Route> bound = new ArrayList<>();
        for (Listener listener : listeners.values()) {
            Route route = listener.route();
            String host = route.listen().host().isEmpty()
                    ? "localhost"
                    : route.listen().host();
            bound.add(new Route(new io.keepalive.cli.option.HostPort(host, listener.port()), route.to()));
        }
        return bound;
    }

    /** Stops listening; open connections go on. */
    public synchronized void stopListening() {
        listeners.values().forEach(acceptor::remove);
        listeners.clear();
    }

    /** Number of open connections. */
    public int open() {
        return counters.open();
    }

    /** Resets all open connections. */
    public void abortAll() {
        loops.forEach(Loop::abortAll);
    }

    /** Stops listening, resets all connections, ends the threads. */
    @Override
    public void close() {
        stopListening();
        abortAll();
        loops.forEach(Loop::stop);
        resolver.close();
        handshakes.shutdownNow();
        for (Thread thread : threads) {
            try {
                thread.join(JOIN_MILLIS);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                return;
            }
        }
    }
}
