package io.keepalive.nat;

import io.keepalive.KeepAlive;
import io.keepalive.socket.KeepAliveReport;
import io.keepalive.socket.SocketKeeper;
import io.keepalive.testing.TestCertificate;
import java.io.Closeable;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.channels.AsynchronousSocketChannel;
import java.nio.channels.Channels;
import java.nio.channels.SocketChannel;
import java.util.concurrent.ExecutionException;

/**
 * The kinds of sockets that the JDK has for TCP, with one way to connect and to listen. Strict: whatever of a policy is
 * not applied fails the connection.
 */
enum Kind {
    SOCKET(7000) {
        @Override
        Wire connect(InetSocketAddress address, KeepAlive policy) throws IOException {
            return of(SocketKeeper.of(policy).strict().client().connect(address));
        }

        @Override
        Acceptor listen(int port, KeepAlive policy) throws IOException {
            ServerSocket server = SocketKeeper.of(policy).strict().server().listen(port);
            return new Acceptor(() -> of(server.accept()), server);
        }
    },

    SOCKET_CHANNEL(7010) {
        @Override
        Wire connect(InetSocketAddress address, KeepAlive policy) throws IOException {
            return of(SocketKeeper.of(policy).strict().client().connectChannel(address));
        }

        @Override
        Acceptor listen(int port, KeepAlive policy) throws IOException {
            var server = SocketKeeper.of(policy).strict().server().listenChannel(port);
            return new Acceptor(() -> of(java.util.Objects.requireNonNull(server.accept())), server);
        }
    },

    ASYNCHRONOUS(7020) {
        @Override
        Wire connect(InetSocketAddress address, KeepAlive policy) throws IOException {
            AsynchronousSocketChannel channel = AsynchronousSocketChannel.open();
            check(SocketKeeper.of(policy).keep(channel));
            await(channel.connect(address));
            return of(channel);
        }

        @Override
        Acceptor listen(int port, KeepAlive policy) throws IOException {
            var server = SocketKeeper.of(policy).strict().server().listenAsync(port);
            return new Acceptor(() -> of(await(server.accept())), server);
        }
    },

    TLS(7030) {
        @Override
        Wire connect(InetSocketAddress address, KeepAlive policy) throws IOException {
            Socket socket =
                    TestCertificate.ofThisJvm().context().getSocketFactory().createSocket();
            check(SocketKeeper.of(policy).keep(socket));
            socket.connect(address);
            return of(socket);
        }

        @Override
        Acceptor listen(int port, KeepAlive policy) throws IOException {
            ServerSocket server = TestCertificate.ofThisJvm()
                    .context()
                    .getServerSocketFactory()
                    .createServerSocket(port);
            return new Acceptor(
                    () -> {
                        Socket accepted = server.accept();
                        check(SocketKeeper.of(policy).keep(accepted));
                        return of(accepted);
                    },
                    server);
        }
    };

    private final int port;

    Kind(int port) {
        this.port = port;
    }

    /** Where the test server listens for this kind, with accepted sockets that are kept, or not. */
    int port(boolean kept) {
        return kept ? port + 1 : port;
    }

    /** Connects; the policy may be {@link KeepAlive#off()}. */
    abstract Wire connect(InetSocketAddress address, KeepAlive policy) throws IOException;

    /** Listens; accepted connections have the policy, which may be {@link KeepAlive#off()}. */
    abstract Acceptor listen(int port, KeepAlive policy) throws IOException;

    /** Waits for connections. */
    record Acceptor(Accept accept, Closeable server) {}

    /** Waits for the next connection. */
    interface Accept {
        Wire next() throws IOException;
    }

    private static Wire of(Socket socket) throws IOException {
        return new Wire(socket.getInputStream(), socket.getOutputStream(), socket);
    }

    private static Wire of(SocketChannel channel) {
        return new Wire(Channels.newInputStream(channel), Channels.newOutputStream(channel), channel);
    }

    private static Wire of(AsynchronousSocketChannel channel) {
        return new Wire(Channels.newInputStream(channel), Channels.newOutputStream(channel), channel);
    }

    private static void check(KeepAliveReport report) throws IOException {
        report.orThrow();
    }

    private static <T> T await(java.util.concurrent.Future<T> future) throws IOException {
        try {
            return future.get();
        } catch (ExecutionException e) {
            throw new IOException(e.getCause());
        } catch (InterruptedException e) {
            throw new IOException(e);
        }
    }
}
