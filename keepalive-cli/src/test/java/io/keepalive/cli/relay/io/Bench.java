package io.keepalive.cli.relay.io;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.keepalive.KeepAlive;
import io.keepalive.cli.option.CidrBlock;
import io.keepalive.cli.option.HostPort;
import io.keepalive.cli.relay.engine.Side;
import io.keepalive.cli.relay.proxy.ProxyHeader;
import io.keepalive.cli.relay.report.Counters;
import io.keepalive.cli.relay.report.Log;
import io.keepalive.cli.relay.tls.TlsContext;
import io.keepalive.heartbeat.HeartbeatConfig;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** A relay in this JVM, a listener as its target, and its log. */
final class Bench implements AutoCloseable {
    private static final Duration SOON = Duration.ofSeconds(10);

    static final RelaySettings SETTINGS = new RelaySettings(
            KeepAlive.parse("outliving=4m,user-timeout=auto"),
            KeepAlive.parse("outliving=4m,user-timeout=auto"),
            List.of(),
            1000,
            Duration.ofSeconds(5),
            false,
            null,
            null,
            2,
            64 << 20);

    final ServerSocket target = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    final Counters counters = new Counters();
    private final ByteArrayOutputStream lines = new ByteArrayOutputStream();
    private final Log log;
    final Relay relay;
    final int port;

    Bench() throws IOException {
        this(SETTINGS);
    }

    Bench(RelaySettings settings) throws IOException {
        this(settings, null);
    }

    /** A relay to another target than the listener of this bench. */
    Bench(RelaySettings settings, @Nullable HostPort to) throws IOException {
        log = new Log(synchronizedLines(), true, null);
        log.start();
        relay = new Relay(settings, counters, log);
        HostPort there = to == null ? new HostPort("127.0.0.1", target.getLocalPort()) : to;
        port = relay.listen(Set.of(new Route(new HostPort("", 0), there)))
                .get(0)
                .listen()
                .port();
    }

    static RelaySettings with(
            List<CidrBlock> allow, int most, Duration connect, boolean accept, ProxyHeader.@Nullable Version send) {
        return new RelaySettings(
                SETTINGS.clientPolicy(),
                SETTINGS.targetPolicy(),
                allow,
                most,
                connect,
                accept,
                send,
                null,
                SETTINGS.threads(),
                SETTINGS.bufferBytes());
    }

    static RelaySettings framed(Side side, HeartbeatConfig config) {
        return framed(side, config, null);
    }

    static RelaySettings framed(Side side, HeartbeatConfig config, @Nullable TlsContext tls) {
        return new RelaySettings(
                SETTINGS.clientPolicy(),
                SETTINGS.targetPolicy(),
                List.of(),
                1000,
                Duration.ofSeconds(5),
                false,
                null,
                Framing.of(Set.of(side), config, tls),
                SETTINGS.threads(),
                SETTINGS.bufferBytes());
    }

    private OutputStream synchronizedLines() {
        return new OutputStream() {
            @Override
            public void write(int b) {
                synchronized (lines) {
                    lines.write(b);
                }
            }

            @Override
            public void write(byte[] bytes, int from, int length) {
                synchronized (lines) {
                    lines.write(bytes, from, length);
                }
            }
        };
    }

    Socket connect() throws IOException {
        Socket client = new Socket(InetAddress.getLoopbackAddress(), port);
        client.setSoTimeout(20_000);
        return client;
    }

    Socket accept() throws IOException {
        target.setSoTimeout(20_000);
        Socket accepted = target.accept();
        accepted.setSoTimeout(20_000);
        return accepted;
    }

    /** What was logged so far. */
    List<String> log() {
        synchronized (lines) {
            return lines.toString(StandardCharsets.UTF_8).lines().toList();
        }
    }

    static void reset(Socket socket) throws IOException {
        socket.setSoLinger(true, 0);
        socket.close();
    }

    @Override
    public void close() throws IOException {
        relay.close();
        log.close();
        target.close();
    }

    /** The next read meets a reset. */
    static void assertReset(Socket socket) {
        assertThatThrownBy(() -> assertThat(socket.getInputStream().read()).isNotNegative())
                .isInstanceOf(SocketException.class)
                .hasMessageContaining("reset");
    }

    /** The line of the first connection that ends. */
    String awaitConnectionLine() {
        await().atMost(SOON).until(() -> log().stream().anyMatch(line -> line.contains("\"connection\"")));
        return log().stream()
                .filter(line -> line.contains("\"connection\""))
                .findFirst()
                .orElseThrow();
    }
}
