package io.keepalive.cli.demo;

import io.keepalive.KeepAlive;
import io.keepalive.lab.ConntrackEntry;
import io.keepalive.lab.Expiry;
import io.keepalive.lab.Host;
import io.keepalive.lab.LabProcess;
import io.keepalive.lab.NatLab;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** The real thing: a NAT router of the kernel, with programs that know nothing of it on both sides. */
final class LabStage implements Stage {
    private static final String PORT = "7000";
    private static final Duration START_LIMIT = Duration.ofSeconds(30);

    /** For the delayed acknowledgement of the greeting (40 ms): it would count as a probe. */
    private static final Duration SETTLE = Duration.ofMillis(300);

    private final NatLab lab;
    private final LabProcess server;
    private final LabProcess client;
    /** What the NAT knew when both connections had fallen idle. */
    private final Both<ConntrackEntry> idle;

    private final long idleSinceNanos;

    /**
     * A stage.
     *
     * @param withRelay whether the client reaches the server for {@link Side#KEPT} through a relay beside it
     */
    LabStage(Duration idleTimeout, boolean withRelay) throws InterruptedException {
        lab = NatLab.builder()
                .idleTimeout(idleTimeout)
                .onExpiry(Expiry.BLACKHOLE)
                .start();
        try {
            server = lab.server().java(EchoServer.class, PORT);
            server.awaitLine("ready"::equals, START_LIMIT);
            String policy = KeepAlive.outliving(idleTimeout).toString();
            if (withRelay) {
                relay(policy);
            }
            String[] kept = withRelay ? new String[] {"127.0.0.1", PORT} : new String[] {policy};
            client = lab.client()
                    .java(
                            EchoClient.class,
                            Stream.concat(Stream.of(lab.server().address(), PORT), Stream.of(kept))
                                    .toArray(String[]::new));
            int plain = connected(Side.PLAIN);
            int direct = connected(Side.KEPT);
            greet();
            Both<Integer> ports = new Both<>(plain, withRelay ? portOfRelay(plain) : direct);
            idleSinceNanos = System.nanoTime();
            Thread.sleep(SETTLE.toMillis());
            idle = Both.each(side -> entry(ports.of(side)));
        } catch (Throwable e) {
            lab.close();
            throw e;
        }
    }

    /** As a user starts it, on the client's host. */
    private void relay(String policy) {
        lab.client()
                .command(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "--add-opens=java.base/sun.nio.ch=ALL-UNNAMED",
                        "-cp",
                        System.getProperty("java.class.path"),
                        "io.keepalive.cli.Main",
                        "relay",
                        "--listen",
                        PORT,
                        "--to",
                        lab.server().address() + ":" + PORT,
                        "--policy",
                        policy)
                .start()
                .awaitLine(line -> line.contains("listening on"), START_LIMIT);
    }

    /** The port of the other connection that the NAT knows. */
    private int portOfRelay(int plain) {
        return lab.conntrack().stream()
                .filter(ConntrackEntry::isEstablished)
                .map(entry -> entry.client().getPort())
                .filter(port -> port != plain)
                .findFirst()
                .orElseThrow(() -> new IllegalStateException("the NAT has no entry for the relay's connection"));
    }

    /** The client's port. */
    private int connected(Side side) {
        String prefix = "connected " + side.word() + " ";
        return Integer.parseInt(
                client.awaitLine(line -> line.startsWith(prefix), START_LIMIT).substring(prefix.length()));
    }

    private void greet() {
        for (Side side : Side.values()) {
            write(side);
            client.awaitLine(line -> line.startsWith("answer " + side.word()), START_LIMIT);
        }
    }

    private ConntrackEntry entry(int clientPort) {
        List<ConntrackEntry> entries = lab.conntrack();
        return find(entries, clientPort)
                .orElseThrow(() -> new IllegalStateException(
                        "the NAT has no entry for a new connection from port " + clientPort + ", only " + entries));
    }

    private static Optional<ConntrackEntry> find(List<ConntrackEntry> entries, int clientPort) {
        return entries.stream()
                .filter(ConntrackEntry::isEstablished)
                .filter(entry -> entry.client().getPort() == clientPort)
                .findFirst();
    }

    @Override
    public Facts look() {
        List<String> log = client.lines();
        SocketTable clientSockets = sockets(lab.client());
        SocketTable serverSockets = sockets(lab.server());
        List<ConntrackEntry> entries = lab.conntrack();
        Duration elapsed = Duration.ofNanos(System.nanoTime() - idleSinceNanos);
        return new Facts(elapsed, Both.each(side -> connection(side, log, clientSockets, serverSockets, entries)));
    }

    private Facts.Connection connection(
            Side side,
            List<String> log,
            SocketTable clientSockets,
            SocketTable serverSockets,
            List<ConntrackEntry> entries) {
        ConntrackEntry before = idle.of(side);
        int port = before.client().getPort();
        Optional<ConntrackEntry> now = find(entries, port);
        Optional<SocketTable.Entry> clientSocket = clientSockets.from(port);
        return new Facts.Connection(
                now.map(ConntrackEntry::remaining),
                now.map(entry -> entry.packetsFromClient() - before.packetsFromClient())
                        .orElse(0L),
                ClientLog.of(side, log),
                EchoServer.arrived(side, server.lines()),
                clientSocket.map(SocketTable.Entry::state).orElse("closed"),
                serverSockets
                        .to(before.translated().getPort())
                        .map(SocketTable.Entry::state)
                        .orElse("closed"),
                clientSocket.map(SocketTable.Entry::kernel).orElse(""));
    }

    private static SocketTable sockets(Host host) {
        return SocketTable.parse(host.command("ss", "-Htno").run().orThrow().lines());
    }

    @Override
    public void write(Side side) {
        client.writeLine(side.word());
    }

    @Override
    public void close() {
        lab.close();
    }
}
