package io.keepalive.nio.echo;

import io.keepalive.heartbeat.HeartbeatConfig;
import io.keepalive.loss.ConnectionLostException;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Opens connections of all the {@link Parties} and leaves them idle, reading. Prints {@code idle} when all of them were
 * used once, and for each that is lost when, which and why. On the line {@code exchange} on its standard input every
 * connection sends and receives something; then it prints how many were answered.
 *
 * <p>Arguments: server address, configuration, connections of each party; {@code flood} to write to a peer that does not
 * read instead.
 */
final class LabClient {
    private static final Duration SLICE = Duration.ofMillis(100);

    private static final AtomicInteger ROUND = new AtomicInteger();
    private static final AtomicInteger ANSWERED = new AtomicInteger();

    private LabClient() {}

    public static void main(String[] args) throws Exception {
        HeartbeatConfig config = HeartbeatConfig.parse(args[1]);
        int each = Integer.parseInt(args[2]);
        boolean flood = args.length > 3;
        List<Thread> threads = new ArrayList<>();
        CountDownLatch used = new CountDownLatch(flood ? 0 : each * Parties.values().length);
        if (!flood) {
            warmUp(args[0]);
        } else {
            System.out.println("idle"); // before the first loss: who waits for a line does not look back
        }
        for (int i = 0; i < each; i++) {
            for (Parties party : Parties.values()) {
                int port = !flood ? party.labPort() : party.isTls() ? LabServer.DEAF_TLS_PORT : LabServer.DEAF_PORT;
                Party.Client client = party.connect(config, new InetSocketAddress(args[0], port));
                Thread thread = new Thread(() -> run(party, client, flood, used));
                thread.start();
                threads.add(thread);
            }
            Thread.sleep(config.pingIdle().toMillis() / each); // at every phase
        }
        if (!flood) {
            used.await();
            System.out.println("idle");
        }
        BufferedReader input = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        while (input.readLine() != null) {
            ANSWERED.set(0);
            ROUND.incrementAndGet();
            Thread.sleep(SLICE.toMillis() * 20);
            System.out.println("answered " + ANSWERED.get() + " of " + threads.size());
        }
    }

    /** The first handshakes of two JVMs take seconds on a busy machine, and the tests have tight bounds. */
    private static void warmUp(String host) throws Exception {
        for (Parties party : Parties.values()) {
            try (Party.Client client =
                    party.connect(HeartbeatConfig.defaults(), new InetSocketAddress(host, party.labPort()))) {
                client.exchange(new byte[] {0});
            } catch (IOException e) {
                System.out.println("not warm: " + party + " " + e);
            }
        }
    }

    private static void run(Party party, Party.Client client, boolean flood, CountDownLatch used) {
        try {
            if (flood) {
                client.flood();
            }
            client.exchange(new byte[] {1});
            used.countDown();
            int round = ROUND.get();
            while (true) {
                client.idle(SLICE);
                if (ROUND.get() != round) {
                    round++;
                    client.exchange(new byte[] {2});
                    ANSWERED.incrementAndGet();
                }
            }
        } catch (ConnectionLostException e) {
            System.out.println(
                    "lost " + System.currentTimeMillis() + " " + party + " " + e.cause() + " " + e.getMessage());
        } catch (IOException e) {
            e.printStackTrace(System.out);
        }
    }
}
