package io.keepalive.nio.echo;

import io.keepalive.heartbeat.HeartbeatConfig;
import io.keepalive.nio.blocking.BlockingHeartbeats;
import io.keepalive.nio.blocking.ReadMode;
import io.keepalive.testing.TestCertificate;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.ArrayList;
import java.util.List;

/**
 * Echoes on a port for each of the {@link Parties}; on three more it accepts and never reads: with heartbeats, with
 * heartbeats over TLS, and without any. Argument: the configuration.
 */
final class LabServer {
    static final int DEAF_PORT = 7100;
    static final int DEAF_TLS_PORT = 7101;
    static final int PLAIN_PORT = 7200;

    /** What is never used again must not be collected. */
    private static final List<Object> HELD = new ArrayList<>();

    private LabServer() {}

    public static void main(String[] args) throws Exception {
        HeartbeatConfig config = HeartbeatConfig.parse(args[0]);
        for (Parties party : Parties.values()) {
            HELD.add(party.listen(config, new InetSocketAddress(party.labPort())));
        }
        BlockingHeartbeats heartbeats = new BlockingHeartbeats(config);
        hold(new ServerSocket(PLAIN_PORT), HELD::add);
        hold(new ServerSocket(DEAF_PORT), socket -> HELD.add(heartbeats.wrap(socket, ReadMode.INLINE)));
        hold(
                TestCertificate.ofThisJvm().context().getServerSocketFactory().createServerSocket(DEAF_TLS_PORT),
                socket -> HELD.add(heartbeats.wrap(socket, ReadMode.INLINE)));
        System.out.println("listening");
    }

    private interface Holder {
        void hold(Socket socket) throws IOException;
    }

    private static void hold(ServerSocket listener, Holder holder) {
        new Thread(() -> {
                    try {
                        while (true) {
                            holder.hold(listener.accept());
                        }
                    } catch (IOException e) {
                        throw new UncheckedIOException(e);
                    }
                })
                .start();
    }
}
