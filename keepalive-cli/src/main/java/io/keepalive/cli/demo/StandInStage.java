package io.keepalive.cli.demo;

import io.keepalive.KeepAlive;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.time.Duration;
import java.util.List;
import java.util.Timer;
import java.util.TimerTask;
import java.util.concurrent.CopyOnWriteArrayList;

/** All in this process, with a proxy for a NAT; what keeps the kept connection is payload. */
final class StandInStage implements Stage {
    private static final Duration START_LIMIT = Duration.ofSeconds(10);
    private static final Duration POLL = Duration.ofMillis(5);

    private final List<String> serverLog = new CopyOnWriteArrayList<>();
    private final List<String> clientLog = new CopyOnWriteArrayList<>();
    private final ServerSocket listener = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    private final ForgetfulProxy proxy;
    private final EchoClient client;
    private final Timer heart = new Timer("heart", true);
    private final Both<Long> greeting;
    private final long idleSinceNanos;

    StandInStage(Duration idleTimeout) throws IOException, InterruptedException {
        Daemon.start("server", () -> EchoServer.serve(listener, serverLog::add));
        proxy = new ForgetfulProxy((InetSocketAddress) listener.getLocalSocketAddress(), idleTimeout);
        client = new EchoClient(
                proxy.address().getHostString(), proxy.address().getPort(), KeepAlive.off(), clientLog::add);
        for (Side side : Side.values()) {
            write(side);
            awaitAnswer(side);
        }
        greeting = Both.each(side -> proxy.forwarded(client.localPort(side)));
        idleSinceNanos = System.nanoTime();
        TimerTask beat = new TimerTask() {
            @Override
            public void run() {
                client.beat(Side.KEPT);
            }
        };
        long everyMillis = beatInterval(idleTimeout).toMillis();
        heart.scheduleAtFixedRate(beat, everyMillis, everyMillis);
    }

    /** At least twice within the timeout, in whole seconds. */
    static Duration beatInterval(Duration idleTimeout) {
        return Duration.ofSeconds(idleTimeout.toSeconds() / 2);
    }

    private void awaitAnswer(Side side) throws IOException, InterruptedException {
        long deadlineNanos = System.nanoTime() + START_LIMIT.toNanos();
        while (!ClientLog.of(side, clientLog).greeted()) {
            if (System.nanoTime() - deadlineNanos > 0) {
                throw new IOException("no answer through the proxy within " + START_LIMIT.toSeconds()
                        + " s; the client saw " + clientLog + ", the server " + serverLog);
            }
            Thread.sleep(POLL.toMillis());
        }
    }

    @Override
    public Facts look() {
        Duration elapsed = Duration.ofNanos(System.nanoTime() - idleSinceNanos);
        return new Facts(elapsed, Both.each(this::connection));
    }

    private Facts.Connection connection(Side side) {
        ClientLog log = ClientLog.of(side, clientLog);
        int port = client.localPort(side);
        String socket = log.loss().isEmpty() ? "open" : "closed";
        return new Facts.Connection(
                proxy.remaining(port),
                proxy.forwarded(port) - greeting.of(side),
                log,
                EchoServer.arrived(side, serverLog),
                socket,
                socket,
                "");
    }

    @Override
    public void write(Side side) {
        client.send(side);
    }

    @Override
    public void close() throws IOException {
        heart.cancel();
        client.close();
        proxy.close();
        listener.close();
    }
}
