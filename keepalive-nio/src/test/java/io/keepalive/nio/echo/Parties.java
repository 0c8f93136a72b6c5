package io.keepalive.nio.echo;

import io.keepalive.KeepAlive;
import io.keepalive.heartbeat.Heartbeat;
import io.keepalive.heartbeat.HeartbeatConfig;
import io.keepalive.nio.blocking.ReadMode;
import io.keepalive.testing.TestCertificate;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Arrays;
import java.util.concurrent.CompletableFuture;

/** The parties of this module. */
enum Parties implements Party {
    LOOP(ReadMode.INLINE, false, 7000) {
        @Override
        public Server listen(HeartbeatConfig config, InetSocketAddress address) throws IOException {
            LoopEchoServer server = new LoopEchoServer(KeepAlive.defaults(), config, address);
            Thread thread = new Thread(server);
            thread.start();
            return new Server() {
                @Override
                public int port() throws IOException {
                    return server.port();
                }

                @Override
                public void close() {
                    thread.interrupt();
                }
            };
        }

        @Override
        public Client connect(HeartbeatConfig config, InetSocketAddress address) throws IOException {
            LoopEchoClient client = new LoopEchoClient(KeepAlive.defaults(), config, address);
            return new Client() {
                @Override
                public byte[] exchange(byte[] message) throws IOException {
                    ByteBuffer echo = ByteBuffer.allocate(message.length);
                    client.exchange(ByteBuffer.wrap(message), echo);
                    return echo.array();
                }

                @Override
                public void idle(Duration duration) throws IOException {
                    ByteBuffer nothing = ByteBuffer.allocate(1024);
                    long untilNanos = System.nanoTime() + duration.toNanos();
                    while (System.nanoTime() - untilNanos < 0) {
                        client.select();
                        client.channel().read(nothing);
                    }
                }

                @Override
                public void flood() throws IOException {
                    while (true) {
                        if (client.channel().flush()) {
                            client.channel().write(ByteBuffer.allocate(FLOOD_BYTES));
                        }
                        client.select();
                        client.channel().read(ByteBuffer.allocate(FLOOD_BYTES));
                    }
                }

                @Override
                public Heartbeat heartbeat() {
                    return client.channel().heartbeat();
                }

                @Override
                public void close() throws IOException {
                    client.close();
                }
            };
        }
    },
    INLINE(ReadMode.INLINE, false, 7001),
    PUMPED(ReadMode.PUMPED, false, 7002),
    INLINE_TLS(ReadMode.INLINE, true, 7003),
    PUMPED_TLS(ReadMode.PUMPED, true, 7004);

    static final InetSocketAddress FREE_PORT = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);

    private static final int FLOOD_BYTES = 64 * 1024;

    private final ReadMode mode;
    private final boolean tls;
    private final int labPort;

    Parties(ReadMode mode, boolean tls, int labPort) {
        this.mode = mode;
        this.tls = tls;
        this.labPort = labPort;
    }

    @Override
    public int labPort() {
        return labPort;
    }

    @Override
    public boolean isTls() {
        return tls;
    }

    @Override
    public Server listen(HeartbeatConfig config, InetSocketAddress address) throws IOException {
        ServerSocket listener = tls
                ? TestCertificate.ofThisJvm().context().getServerSocketFactory().createServerSocket()
                : new ServerSocket();
        listener.bind(address);
        SocketEchoServer server = new SocketEchoServer(listener, config, mode);
        return new Server() {
            @Override
            public int port() {
                return server.port();
            }

            @Override
            public void close() throws IOException {
                server.close();
            }
        };
    }

    @Override
    public Client connect(HeartbeatConfig config, InetSocketAddress address) throws IOException {
        Socket socket =
                tls ? TestCertificate.ofThisJvm().context().getSocketFactory().createSocket() : new Socket();
        socket.connect(address);
        SocketEchoClient client = new SocketEchoClient(socket, config, mode);
        return new Client() {
            @Override
            public byte[] exchange(byte[] message) throws IOException {
                CompletableFuture<Void> writing = CompletableFuture.runAsync(() -> {
                    try {
                        client.connection().output().write(message);
                    } catch (IOException e) {
                        throw new UncheckedIOException(e);
                    }
                });
                byte[] echo = client.connection().input().readNBytes(message.length);
                writing.join();
                return echo;
            }

            @Override
            public void idle(Duration duration) throws IOException {
                limitReads((int) duration.toMillis());
                try {
                    int value = client.connection().input().read();
                    throw new IOException("read " + value + " (expected: nothing)");
                } catch (SocketTimeoutException e) {
                    limitReads(0);
                }
            }

            /** The JDK's socket knows only that it is closed; the next read says why. */
            private void limitReads(int millis) {
                try {
                    client.connection().socket().setSoTimeout(millis);
                } catch (SocketException e) {
                    System.out.println("closed meanwhile: " + e.getMessage());
                }
            }

            @Override
            public void flood() throws IOException {
                while (true) {
                    client.connection().output().write(new byte[FLOOD_BYTES]);
                }
            }

            @Override
            public Heartbeat heartbeat() {
                return client.connection().heartbeat();
            }

            @Override
            public void close() throws IOException {
                client.close();
            }
        };
    }

    /** All of them: the Netty codec's are to be added here. */
    static Iterable<Party> all() {
        return Arrays.asList(values());
    }
}
