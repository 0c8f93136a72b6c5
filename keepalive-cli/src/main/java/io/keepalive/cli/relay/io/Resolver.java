package io.keepalive.cli.relay.io;

import io.keepalive.cli.option.HostPort;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.regex.Pattern;

/**
 * Looks names up on threads of its own. A connection that comes while its target's name is being looked up shares that
 * look-up; there is no other cache, so a moved name is followed by the next connection.
 *
 * <p>Thread-safe.
 */
final class Resolver implements AutoCloseable {
    private static final int THREADS = 8;
    private static final Pattern IPV4 = Pattern.compile("\\d{1,3}(\\.\\d{1,3}){3}");

    private final Map<String, CompletableFuture<InetAddress[]>> running = new HashMap<>();

    /** As many as there are targets in the routes. */
    private final Map<HostPort, CompletableFuture<List<InetSocketAddress>>> literals = new ConcurrentHashMap<>();

    private final ExecutorService threads = Executors.newFixedThreadPool(THREADS, task -> {
        Thread thread = new Thread(task, "relay-resolver");
        thread.setDaemon(true);
        return thread;
    });

    /** All addresses of a target, in the order of the system's resolver. Fails with an {@link UnknownHostException}. */
    CompletableFuture<List<InetSocketAddress>> lookUp(HostPort target) {
        CompletableFuture<List<InetSocketAddress>> known = literals.get(target);
        if (known != null) {
            return known;
        }
        if (isLiteral(target.host())) {
            return literals.computeIfAbsent(target, Resolver::literal);
        }
        CompletableFuture<InetAddress[]> addresses;
        synchronized (running) {
            addresses = running.computeIfAbsent(target.host(), this::start);
        }
        return addresses.thenApply(all -> Arrays.stream(all)
                .map(address -> new InetSocketAddress(address, target.port()))
                .toList());
    }

    private static CompletableFuture<List<InetSocketAddress>> literal(HostPort target) {
        try {
            return CompletableFuture.completedFuture(
                    List.of(new InetSocketAddress(InetAddress.getByName(target.host()), target.port())));
        } catch (UnknownHostException e) {
            return CompletableFuture.failedFuture(e);
        }
    }

    /** An address needs no look-up, and no thread. */
    private static boolean isLiteral(String host) {
        return host.indexOf(':') >= 0 || IPV4.matcher(host).matches();
    }

    private CompletableFuture<InetAddress[]> start(String host) {
        CompletableFuture<InetAddress[]> result = new CompletableFuture<>();
        threads.execute(() -> {
            try {
                InetAddress[] all = InetAddress.getAllByName(host);
                forget(host);
                result.complete(all);
            } catch (UnknownHostException | RuntimeException e) {
                forget(host);
                result.completeExceptionally(e);
            }
        });
        return result;
    }

    private void forget(String host) {
        synchronized (running) {
            running.remove(host);
        }
    }

    @Override
    public void close() {
        threads.shutdownNow();
    }
}
