package io.keepalive.agent.programs;

import java.io.InputStream;
import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLServerSocket;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManagerFactory;

/** TLS over both ways that the JDK has for sockets: direct and layered on a plain one. */
final class Tls {
    private Tls() {}

    static void open() throws Exception {
        SSLContext context = context(Path.of(System.getProperty("test.keystore")));
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

    private static SSLContext context(Path keyStore) throws Exception {
        KeyStore keys = KeyStore.getInstance("PKCS12");
        try (InputStream input = Files.newInputStream(keyStore)) {
            keys.load(input, "changeit".toCharArray());
        }
        KeyManagerFactory mine = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
        mine.init(keys, "changeit".toCharArray());
        TrustManagerFactory trusted = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        trusted.init(keys);
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(mine.getKeyManagers(), trusted.getTrustManagers(), null);
        return context;
    }
}
