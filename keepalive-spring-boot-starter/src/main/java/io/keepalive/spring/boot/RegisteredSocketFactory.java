package io.keepalive.spring.boot;

import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import javax.net.SocketFactory;

/**
 * A socket factory for clients that take the name of a class and one string: it finds its keeper, which is an object of
 * the application context, by that string.
 *
 * <p>Public for JDBC drivers only.
 *
 * @since 0.1
 */
public final class RegisteredSocketFactory extends SocketFactory {
    private static final Map<String, ClientKeeper> KEEPERS = new ConcurrentHashMap<>();
    private static final AtomicInteger NEXT = new AtomicInteger();

    private final ClientKeeper keeper;
    private final SocketFactory factory;

    /**
     * Made by a driver.
     *
     * @param key the key of a registered keeper
     */
    public RegisteredSocketFactory(String key) {
        this.keeper = keeper(key);
        this.factory = keeper.sockets().socketFactory();
    }

    static String register(ClientKeeper keeper) {
        String key = "keeper-" + NEXT.incrementAndGet();
        KEEPERS.put(key, keeper);
        return key;
    }

    static void unregister(String key) {
        KEEPERS.remove(key);
    }

    /** A socket for a driver that has a factory of its own kind. */
    static Socket createSocket(String key) throws IOException {
        return new RegisteredSocketFactory(key).createSocket();
    }

    private static ClientKeeper keeper(String key) {
        ClientKeeper keeper = KEEPERS.get(key);
        if (keeper == null) {
            throw new IllegalArgumentException("keeper: " + key + " (expected: one of " + KEEPERS.keySet()
                    + "; the application context that registered it is closed, or another class loader loaded the"
                    + " driver)");
        }
        return keeper;
    }

    @Override
    public Socket createSocket() throws IOException {
        return watched(factory.createSocket());
    }

    @Override
    public Socket createSocket(String host, int port) throws IOException {
        return watched(factory.createSocket(host, port));
    }

    @Override
    public Socket createSocket(String host, int port, InetAddress localHost, int localPort) throws IOException {
        return watched(factory.createSocket(host, port, localHost, localPort));
    }

    @Override
    public Socket createSocket(InetAddress host, int port) throws IOException {
        return watched(factory.createSocket(host, port));
    }

    @Override
    public Socket createSocket(InetAddress host, int port, InetAddress localHost, int localPort) throws IOException {
        return watched(factory.createSocket(host, port, localHost, localPort));
    }

    private Socket watched(Socket socket) {
        keeper.watch(socket);
        return socket;
    }
}
