package io.keepalive.nat;

import io.keepalive.KeepAlive;
import io.keepalive.loss.ConnectionLoss;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * Opens connections of every {@link Kind} without a policy, with one on this side only, and with one on the server's
 * side only; leaves them idle side by side, then sends a byte on each and prints what came of it.
 *
 * <p>Arguments: server address, policy, seconds of idleness without a policy, seconds of idleness with one.
 */
final class SurvivalClient {
    /** Who keeps the connection. */
    enum Keeper {
        NOBODY,
        CLIENT,
        SERVER
    }

    private static final Duration ANSWER_WITHIN = Duration.ofSeconds(5);

    private SurvivalClient() {}

    public static void main(String[] args) throws Exception {
        KeepAlive policy = KeepAlive.parse(args[1]);
        List<Thread> threads = new ArrayList<>();
        for (Kind kind : Kind.values()) {
            for (Keeper keeper : Keeper.values()) {
                InetSocketAddress address = new InetSocketAddress(args[0], kind.port(keeper == Keeper.SERVER));
                Wire wire = kind.connect(address, keeper == Keeper.CLIENT ? policy : KeepAlive.off());
                exchange(wire, 1);
                long idleSeconds = Long.parseLong(args[keeper == Keeper.NOBODY ? 2 : 3]);
                Thread thread = new Thread(() -> {
                    sleep(idleSeconds);
                    System.out.println(kind + " kept by " + keeper + ": " + probe(wire));
                });
                thread.start();
                threads.add(thread);
            }
        }
        for (Thread thread : threads) {
            thread.join();
        }
        System.out.println("done");
        System.exit(0);
    }

    /** Sends a byte after the long silence. */
    private static String probe(Wire wire) {
        CompletableFuture<String> answer = CompletableFuture.supplyAsync(
                () -> {
                    try {
                        exchange(wire, 2);
                        return "answered";
                    } catch (IOException e) {
                        return ConnectionLoss.of(e)
                                .map(loss -> loss.cause().name())
                                .orElse(e.toString());
                    }
                },
                task -> new Thread(task).start());
        try {
            return answer.get(ANSWER_WITHIN.toSeconds(), TimeUnit.SECONDS);
        } catch (TimeoutException e) {
            return "silence";
        } catch (InterruptedException | ExecutionException e) {
            return e.toString();
        }
    }

    private static void exchange(Wire wire, int value) throws IOException {
        wire.send(value);
        int answer = wire.receive();
        if (answer != value) {
            throw new IOException("sent " + value + ", received " + answer);
        }
    }

    private static void sleep(long seconds) {
        try {
            TimeUnit.SECONDS.sleep(seconds);
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }
}
