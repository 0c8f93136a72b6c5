package io.keepalive.agent.programs;

import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.HttpURLConnection;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.StandardSocketOptions;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.channels.AsynchronousServerSocketChannel;
import java.nio.channels.AsynchronousSocketChannel;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Future;

/**
 * Opens a connection of each kind of socket that the JDK has, prints {@code KIND CLIENT-PORT SERVER-PORT} for each, then
 * {@code ready}, and keeps them open until its standard input ends.
 */
public final class Kinds {
    private static final InetAddress LOOPBACK = InetAddress.getLoopbackAddress();

    /** Nothing may be closed by the garbage collector before the test has looked. */
    private static final List<Object> OPEN = new ArrayList<>();

    private Kinds() {}

    /** Opens all of them. */
    public static void main(String[] arguments) throws Exception {
        sockets();
        channels();
        selected();
        asynchronous();
        http();
        Tls.open();
        if (arguments.length > 0) {
            NettyKinds.open();
            Clients.open();
        }
        awaitEnd();
    }

    static void awaitEnd() throws IOException {
        System.out.println("ready");
        while (System.in.read() >= 0) {
            // The test writes nothing, and closes.
        }
        System.exit(0);
    }

    /** Tells of a connection. */
    static void opened(String kind, int clientPort, int serverPort, Object... ends) {
        OPEN.addAll(List.of(ends));
        System.out.println(kind + " " + clientPort + " " + serverPort);
    }

    private static void sockets() throws Exception {
        ServerSocket listener = new ServerSocket(0, 50, LOOPBACK);
        int port = listener.getLocalPort();
        Socket atOnce = new Socket(LOOPBACK, port);
        opened("Socket", atOnce.getLocalPort(), port, atOnce, listener.accept());

        Socket timed = new Socket();
        timed.connect(new InetSocketAddress(LOOPBACK, port), 10_000);
        listener.setSoTimeout(10_000);
        opened("Socket-with-timeouts", timed.getLocalPort(), port, timed, listener.accept());

        Socket disobedient = new Socket(LOOPBACK, port);
        disobedient.setKeepAlive(false);
        opened("Socket-switched-off", disobedient.getLocalPort(), port, disobedient, listener.accept());

        if (Runtime.version().feature() >= 21) {
            Socket virtual = new Socket();
            Thread connecting = (Thread)
                    Thread.class.getMethod("startVirtualThread", Runnable.class).invoke(null, (Runnable)
                            () -> connect(virtual, port));
            connecting.join();
            opened("Socket-on-virtual-thread", virtual.getLocalPort(), port, virtual, listener.accept());
        }
        OPEN.add(listener);
    }

    private static void connect(Socket socket, int port) {
        try {
            socket.connect(new InetSocketAddress(LOOPBACK, port));
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    private static void channels() throws IOException {
        ServerSocketChannel listener = ServerSocketChannel.open().bind(new InetSocketAddress(LOOPBACK, 0));
        int port = listener.socket().getLocalPort();
        SocketChannel channel = SocketChannel.open(listener.getLocalAddress());
        opened("SocketChannel", channel.socket().getLocalPort(), port, channel, listener.accept());

        SocketChannel disobedient = SocketChannel.open(listener.getLocalAddress());
        SocketChannel accepted = listener.accept();
        disobedient.setOption(StandardSocketOptions.SO_KEEPALIVE, false);
        accepted.socket().setKeepAlive(false);
        opened("SocketChannel-switched-off", disobedient.socket().getLocalPort(), port, disobedient, accepted);

        Socket adaptor = SocketChannel.open().socket();
        adaptor.connect(listener.getLocalAddress(), 10_000);
        opened(
                "SocketChannel-adaptor",
                adaptor.getLocalPort(),
                port,
                adaptor,
                listener.socket().accept());
        OPEN.add(listener);
    }

    private static void selected() throws IOException {
        try (Selector selector = Selector.open()) {
            ServerSocketChannel listener = ServerSocketChannel.open().bind(new InetSocketAddress(LOOPBACK, 0));
            listener.configureBlocking(false);
            listener.register(selector, SelectionKey.OP_ACCEPT);
            SocketChannel channel = SocketChannel.open();
            channel.configureBlocking(false);
            channel.connect(listener.getLocalAddress());
            selector.select();
            SocketChannel accepted = listener.accept();
            while (!channel.finishConnect()) {
                Thread.onSpinWait();
            }
            opened(
                    "SocketChannel-with-selector",
                    channel.socket().getLocalPort(),
                    listener.socket().getLocalPort(),
                    channel,
                    accepted,
                    listener);
        }
    }

    private static void asynchronous() throws Exception {
        AsynchronousServerSocketChannel listener =
                AsynchronousServerSocketChannel.open().bind(new InetSocketAddress(LOOPBACK, 0));
        InetSocketAddress address = (InetSocketAddress) listener.getLocalAddress();
        Future<AsynchronousSocketChannel> accepted = listener.accept();
        AsynchronousSocketChannel channel = AsynchronousSocketChannel.open();
        channel.connect(address).get();
        channel.setOption(StandardSocketOptions.SO_KEEPALIVE, false);
        opened(
                "AsynchronousSocketChannel-switched-off",
                ((InetSocketAddress) channel.getLocalAddress()).getPort(),
                address.getPort(),
                channel,
                accepted.get(),
                listener);
    }

    private static void http() throws Exception {
        HttpServer server = HttpServer.create(new InetSocketAddress(LOOPBACK, 0), 0);
        int[] clientPort = new int[1];
        server.createContext("/", exchange -> {
            clientPort[0] = exchange.getRemoteAddress().getPort();
            exchange.sendResponseHeaders(200, 2);
            exchange.getResponseBody().write(new byte[] {'o', 'k'});
            exchange.close();
        });
        server.createContext("/endless", exchange -> {
            clientPort[0] = exchange.getRemoteAddress().getPort();
            exchange.sendResponseHeaders(200, 0);
            exchange.getResponseBody().write('.');
            exchange.getResponseBody().flush();
        });
        server.start();
        URI uri = URI.create("http://127.0.0.1:" + server.getAddress().getPort() + "/");
        HttpClient client = HttpClient.newHttpClient();
        client.send(HttpRequest.newBuilder(uri).build(), BodyHandlers.ofString());
        opened("HttpClient-and-HttpServer", clientPort[0], server.getAddress().getPort(), client, server);

        // Not to its end: it would be closed after some seconds.
        HttpURLConnection connection =
                (HttpURLConnection) uri.resolve("/endless").toURL().openConnection();
        connection.getInputStream().read();
        opened("HttpURLConnection", clientPort[0], server.getAddress().getPort(), connection);
    }
}
