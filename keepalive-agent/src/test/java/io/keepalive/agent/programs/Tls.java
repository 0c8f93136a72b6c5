package io.keepalive.agent.programs;

import io.keepalive.testing.TestCertificate;
import java.net.InetAddress;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLServerSocket;
import javax.net.ssl.SSLSocket;

/** TLS over both ways that the JDK has for sockets: direct and layered on a plain one. */
final class Tls {
    private Tls() {}

    static void open() throws Exception {
        SSLContext context = TestCertificate.ofThisJvm().context();
        SSLServerSocket listener = (SSLServerSocket)
                context.getServerSocketFactory().createServerSocket(0, 10, InetAddress.getLoopbackAddress());
        int port = listener.getLocalPort();
        SSLSocket direct = (SSLSocket) context.getSocketFactory().createSocket("127.0.0.1", port);
        Kinds.opened("SSLSocket", direct.getLocalPort(), port, direct, handshake(direct, listener), listener);

        java.net.Socket plain = new java.net.Socket(InetAddress.getLoopbackAddress(), port);
        SSLSocket layered = (SSLSocket) context.getSocketFactory().createSocket(plain, "127.0.0.1", port, true);
        Kinds.opened("SSLSocket-layered", plain.getLocalPort(), port, layered, handshake(layered, listener));
    }

    private static SSLSocket handshake(SSLSocket client, SSLServerSocket listener) throws Exception {
        SSLSocket accepted = (SSLSocket) listener.accept();
        Thread server = new Thread(() -> {
            try {
                accepted.startHandshake();
            } catch (java.io.IOException e) {
                throw new java.io.UncheckedIOException(e);
            }
        });
        server.start();
        client.startHandshake();
        server.join();
        return accepted;
    }
}
