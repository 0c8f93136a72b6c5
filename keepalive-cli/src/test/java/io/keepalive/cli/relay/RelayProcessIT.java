package io.keepalive.cli.relay;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.keepalive.cli.option.HostPort;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** Signals, limits and wrong input, with the process that a user starts. */
@DisabledOnOs(OS.WINDOWS)
class RelayProcessIT {
    @TempDir
    private Path folder = Path.of("");

    private static List<String> to(ServerSocket target, String... more) {
        List<String> options = new ArrayList<>(List.of("--listen", "0", "--to", "127.0.0.1:" + target.getLocalPort()));
        options.addAll(List.of(more));
        return options;
    }

    private static ServerSocket target() throws IOException {
        ServerSocket target = new ServerSocket(0, 500, InetAddress.getLoopbackAddress());
        target.setSoTimeout((int) RelayProcess.SOON.toMillis());
        return target;
    }

    /** A byte goes through, which also says that both legs are open. */
    private static void assertCarries(Socket client, Socket accepted) throws IOException {
        client.getOutputStream().write(7);
        assertThat(accepted.getInputStream().read()).isEqualTo(7);
    }

    @Test
    void start_withWhatCannotWork_exitsWithOneClearLine() throws Exception {
        Path malformed = Files.writeString(folder.resolve("pairs"), "# two\n7000 a:1\n7000 b:2\n");
        try (ServerSocket used = target();
                RelayProcess port = new RelayProcess(
                        List.of("--listen", "127.0.0.1:" + used.getLocalPort(), "--to", "127.0.0.1:9"));
                RelayProcess host =
                        new RelayProcess(List.of("--listen", "no-such-host.invalid:7000", "--to", "127.0.0.1:9"));
                RelayProcess file = new RelayProcess(List.of("--pairs", malformed.toString()));
                RelayProcess framed = new RelayProcess(to(used, "--framed", "both"))) {
            assertFails(port, 1, "--listen 127.0.0.1:" + used.getLocalPort() + ": Address already in use");
            assertFails(host, 1, "--listen no-such-host.invalid:7000: unknown host");
            assertFails(file, 1, malformed + ":3: 7000 is listened on by another line already");
            assertFails(framed, 2, "--framed: 'both' (expected: client or target)");
        }
    }

    private static void assertFails(RelayProcess relay, int exitCode, String message) throws InterruptedException {
        assertThat(relay.exitCode()).isEqualTo(exitCode);
        assertThat(relay.awaitLine(line -> true)).contains(message);
        assertThat(relay.lines()).noneMatch(line -> line.contains("\tat "));
        if (exitCode == 1) {
            assertThat(relay.lines()).hasSize(1);
        }
    }

    @Test
    void hangup_readsThePairsAgain_andTerminateDrains() throws Exception {
        Path pairs = folder.resolve("pairs");
        try (ServerSocket first = target();
                ServerSocket second = target()) {
            HostPort listen = new HostPort("127.0.0.1", freePort());
            Files.writeString(pairs, listen + " 127.0.0.1:" + first.getLocalPort() + "\n");
            try (RelayProcess relay =
                    new RelayProcess(List.of("--pairs", pairs.toString(), "--listen", "0", "--to", "127.0.0.1:9"))) {
                relay.awaitLine(line -> line.contains("at most"));
                try (Socket old = new Socket(InetAddress.getLoopbackAddress(), listen.port());
                        Socket oldTarget = first.accept()) {
                    Files.writeString(pairs, "nonsense\n");
                    relay.signal("HUP");
                    relay.awaitLine(line -> line.contains("not reloaded, the old pairs stay: ")
                            && line.contains(":1: 'nonsense' (expected: [HOST:]PORT HOST:PORT)"));
                    Files.writeString(pairs, listen + " 127.0.0.1:" + second.getLocalPort() + "\n");
                    relay.signal("HUP");
                    relay.awaitLine(line -> line.contains("reloaded: 2 pairs"));
                    try (Socket fresh = new Socket(InetAddress.getLoopbackAddress(), listen.port());
                            Socket freshTarget = second.accept()) {
                        assertCarries(fresh, freshTarget);
                    }
                    assertCarries(old, oldTarget);

                    relay.signal("TERM");
                    relay.awaitLine(line -> line.contains("may go on for 30 s"));
                    assertCarries(old, oldTarget);
                }
                assertThat(relay.exitCode()).isZero();
            }
        }
    }

    private static int freePort() throws IOException {
        try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return free.getLocalPort();
        }
    }

    @Test
    void terminate_withAConnectionThatOutlivesTheDrain_resetsItAndExitsWith3() throws Exception {
        try (ServerSocket target = target();
                RelayProcess relay = new RelayProcess(to(target, "--drain", "1s"));
                Socket client = relay.connect();
                Socket accepted = target.accept()) {
            assertCarries(client, accepted);
            relay.signal("INT");
            assertThat(relay.exitCode()).isEqualTo(3);
            relay.awaitLine(line -> line.contains("resetting 1 connections"));
            try {
                assertThat(client.getInputStream().read()).as("a reset").isNotNegative();
            } catch (IOException e) {
                assertThat(e).hasMessageContaining("reset");
            }
        }
    }

    @Test
    @EnabledIfSystemProperty(named = "keepalive.relay.long", matches = "true")
    void descriptors_allUsed_refusesNewConnectionsOnceSaid_andOldOnesLive() throws Exception {
        List<Socket> open = new ArrayList<>();
        try (ServerSocket target = target();
                RelayProcess relay = new RelayProcess(
                        List.of("sh", "-c", "ulimit -n 120; exec \"$@\"", "sh"),
                        to(target, "--max-connections", "5000"));
                Socket old = relay.connect();
                Socket oldTarget = target.accept()) {
            assertCarries(old, oldTarget);
            for (int i = 0; i < 80; i++) {
                open.add(relay.connect());
            }
            relay.awaitLine(line -> line.contains("Too many open files"));
            assertCarries(old, oldTarget);
            // No spin: a second of waiting costs nearly nothing.
            var before = relay.processorTime();
            await().pollDelay(java.time.Duration.ofSeconds(1))
                    .atMost(RelayProcess.SOON)
                    .until(() -> true);
            assertThat(relay.processorTime().minus(before).toMillis()).isLessThan(700);

            for (Socket socket : open) {
                socket.close();
            }
            assertServesAgain(relay, target);
            assertThat(relay.lines()).noneMatch(line -> line.contains("\tat ") || line.contains("Exception in"));
            assertThat(relay.lines().stream().filter(line -> line.contains("refused")))
                    .hasSizeLessThan(10);
            assertThat(relay.isAlive()).isTrue();
        }
    }

    /** The target has connections of before in its backlog, which hold descriptors until it closes them, too. */
    private static void assertServesAgain(RelayProcess relay, ServerSocket target) throws IOException {
        target.setSoTimeout(1000);
        await().atMost(RelayProcess.SOON)
                .ignoreExceptionsInstanceOf(IOException.class)
                .until(() -> {
                    try (Socket client = relay.connect()) {
                        client.getOutputStream().write(9);
                        for (Socket accepted = target.accept(); ; accepted = target.accept()) {
                            accepted.setSoTimeout(1000);
                            int first = accepted.getInputStream().read();
                            accepted.close();
                            if (first == 9) {
                                return true;
                            }
                        }
                    }
                });
    }
}
