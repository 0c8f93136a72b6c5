package io.keepalive.nio;

import io.keepalive.testing.TestCertificate;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import javax.net.ssl.SSLSocket;

/** Two ends of a connection over loopback. */
public record Pair(Socket near, Socket far) implements AutoCloseable {

    /** Plain; the near one has a channel. */
    public static Pair plain() throws IOException {
        try (ServerSocket listener = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            Socket near = SocketChannel.open(listener.getLocalSocketAddress()).socket();
            return new Pair(near, listener.accept());
        }
    }

    /** Plain, with channels at both ends. */
    static Pair channels() throws IOException {
        try (ServerSocketChannel listener = ServerSocketChannel.open()) {
            listener.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
            Socket near = SocketChannel.open(listener.getLocalAddress()).socket();
            return new Pair(near, listener.accept().socket());
        }
    }

    /** TLS, the handshake done. */
    public static Pair tls() throws Exception {
        try (ServerSocket listener = TestCertificate.ofThisJvm()
                .context()
                .getServerSocketFactory()
                .createServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            SSLSocket near = (SSLSocket) TestCertificate.ofThisJvm()
                    .context()
                    .getSocketFactory()
                    .createSocket(listener.getInetAddress(), listener.getLocalPort());
            SSLSocket far = (SSLSocket) listener.accept();
            CompletableFuture<Void> handshake = CompletableFuture.runAsync(() -> {
                try {
                    near.startHandshake();
                } catch (IOException e) {
                    throw new CompletionException(e);
                }
            });
            far.startHandshake();
            handshake.join();
            return new Pair(near, far);
        }
    }

    SocketChannel channel() {
        return near.getChannel();
    }

    @Override
    public void close() throws IOException {
        near.close();
        if (!far.isClosed()) {
            far.setSoLinger(true, 0); // or closing TLS would wait for who does not read
            far.close();
        }
    }
}
